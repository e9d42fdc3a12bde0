/**
 * How long the LRS takes to answer the questions that pages and reports ask, with `--statements=100000` stored: a page of 100 by each filter,
 * one after the other on one connection, against one statement by its id in the same run. `--rounds=40`
 * From half a million on the rows are made by PostgreSQL itself (bulk-load.mjs): `--statements=1000000`, `--statements=10000000` (needs 25 GB).
 */
import { fileURLToPath } from 'node:url';
import { loadBulk } from './bulk-load.mjs';
import { median, percentile, rounded } from './figures.mjs';
import { connect, makeStatement, startLrs } from './lrs-load.mjs';

const CONNECTIONS = 8;
const BATCH = 50;
/** From so many on. */
const BULK = 500_000;
const XAPI = '/xapi/statements';

async function fill(lrs, total) {
  const connections = Array.from({ length: CONNECTIONS }, () => connect(lrs.url));
  let left = Math.ceil(total / BATCH);
  let some;
  await Promise.all(connections.map(async (connection) => {
    while (left-- > 0) {
      const batch = Array.from({ length: BATCH }, makeStatement);
      if (left % 20 === 0) batch.push(referTo(batch[0]));
      const { status, text } = await connection.send('POST', XAPI, JSON.stringify(batch));
      if (status !== 200) throw new Error(`${status} ${text}`);
      some = batch[0];
    }
  }));
  for (const connection of connections) connection.close();
  return some;
}

/** What a teacher says of another statement: it answers the filters the other answers. */
const referTo = ({ id }) => ({
  ...makeStatement(), actor: { account: { homePage: 'https://id.uni.example', name: 'teacher' } }, verb: { id: 'http://adlnet.gov/expapi/verbs/commented' }, object: { objectType: 'StatementRef', id }, context: undefined,
});

const questionsAbout = ({ actor, verb, object, context }) => {
  const agent = JSON.stringify({ account: actor.account });
  return {
    latest: {},
    oldestFirst: { ascending: true },
    agent: { agent },
    relatedAgent: { agent, related_agents: true },
    verb: { verb: verb.id },
    activity: { activity: object.id },
    relatedActivity: { activity: context.contextActivities.parent[0].id, related_activities: true },
    registration: { registration: context.registration },
    verbOfAgent: { agent, verb: verb.id },
    agentInActivity: { agent, activity: object.id },
    verbInActivity: { verb: verb.id, activity: object.id },
    nobody: { agent: JSON.stringify({ mbox: 'mailto:nobody@uni.example' }) },
  };
};

export async function benchQuery({ statements = 100_000, rounds = 40 } = {}) {
  const lrs = await startLrs();
  try {
    const some = await (statements < BULK ? fill(lrs, statements) : loadBulk(lrs.databaseUrl('lectern'), statements));
    const connection = connect(lrs.url);
    const time = async (path) => {
      const begun = performance.now();
      const { status, text } = await connection.send('GET', path);
      if (status !== 200) throw new Error(`${status} ${text}`);
      return performance.now() - begun;
    };
    const paths = new Map([['byId', `${XAPI}?statementId=${some.id}`]]);
    for (const [name, question] of Object.entries(questionsAbout(some))) paths.set(name, `${XAPI}?${new URLSearchParams({ limit: '100', ...question })}`);
    const times = new Map([...paths.keys()].map((name) => [name, []]));
    // In turns, so that what else the machine does meets all of them alike.
    for (let round = -3; round < rounds; round++) {
      for (const [name, path] of paths) {
        const took = await time(path);
        if (round >= 0) times.get(name).push(took);
      }
    }
    connection.close();
    const unit = median(times.get('byId'));
    return {
      statements,
      ...Object.fromEntries([...times].map(([name, all]) => [name, { p50Ms: rounded(median(all), 1), p95Ms: rounded(percentile(all, 0.95), 1), timesById: rounded(median(all) / unit, 1) }])),
    };
  } finally {
    await lrs.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const number = (name) => {
    const value = process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
    return value === undefined ? {} : { [name]: Number(value) };
  };
  console.log(await benchQuery({ ...number('statements'), ...number('rounds') }));
}
