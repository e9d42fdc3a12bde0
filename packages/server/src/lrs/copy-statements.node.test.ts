import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { openDatabase, poolOf, type Db } from '../database/database.js';
import { openTestDatabase, startTestServer, type TestDatabase, type TestServer } from '../server.fixture.js';
import { copyStatements } from './copy-statements.js';
import { prepareStatement, VOIDED, type PreparedStatement } from './prepare-statement.js';
import { RecentNames } from './recent-names.js';
import { storeStatements } from './store-statements.js';

const TENANT = 1;
const agent = (name: string): object => ({ account: { homePage: 'https://id.uni.example', name }, name: `They ${name}` });
const make = (over: object = {}): Record<string, unknown> => ({
  id: randomUUID(), actor: agent('a'), verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' }, object: { id: 'https://uni.example/1' }, timestamp: '2026-11-23T10:00:00.000Z', ...over,
});

/** One of every kind of row, several times. */
const kinds = (): Record<string, unknown>[] => Array.from({ length: 4 }, (_, n) => [
  make(),
  make({ timestamp: undefined, actor: agent(`b${n}`) }),
  make({ context: { registration: randomUUID().toUpperCase(), instructor: agent('teacher'), contextActivities: { parent: [{ id: 'https://uni.example/course' }], other: { id: `urn:x:${n}` } } } }),
  make({ actor: { objectType: 'Group', member: [agent('m1'), agent('m2')] }, object: { objectType: 'Agent', ...agent('object') } }),
  make({ actor: { objectType: 'Group', member: Array.from({ length: 50 }, (__, member) => agent(`many-${member % 45}`)) } }),
  make({ object: { objectType: 'Agent', mbox: 'mailto:a@uni.example' } }),
  make({ object: { objectType: 'SubStatement', actor: agent('inner'), verb: { id: 'urn:did' }, object: { id: 'urn:thing' }, context: { contextActivities: { grouping: { id: 'urn:group' } } } } }),
  make({ object: { id: 'https://uni.example/named', definition: { name: { en: `Name ${n}`, 'zh-CN': '第一单元' } } } }),
  make({ result: { response: 'nul \0, half \ud800, “中文” 🎓, line\nbreak \u2028 and \\.' }, version: '1.0.3', stored: '2020-01-01T00:00:00Z' }),
]).flat();

let database: TestDatabase;
let db: Db;
before(async () => {
  database = await openTestDatabase();
  db = await openDatabase(database.url);
  await sql`insert into tenants (name) values ('default')`.execute(db);
});
after(async () => {
  await db.destroy();
  await database.close();
});

const prepare = (values: readonly unknown[]): PreparedStatement[] => values.map((value) => prepareStatement(value, {
  tenantId: TENANT, version: '1.0.3', authority: { objectType: 'Agent', account: { homePage: 'https://lectern.example', name: 'key' } }, authorityKey: randomUUID(), now: new Date(),
}));
async function everything(): Promise<unknown[]> {
  const parts = await Promise.all([
    sql`select s.*, i.dated, s.tableoid::regclass::text as part from statements s join statement_ids i using (tenant_id, id, actor_key, seq) order by seq`.execute(db),
    sql`select id, definition from activities order by id`.execute(db), sql`select identifier, names from agents order by identifier::text`.execute(db),
  ]);
  const [statements, activities, agents] = parts.map(({ rows }) => rows) as Record<string, unknown>[][];
  return [statements!.map(({ seq: _seq, ...row }) => row), activities, agents];
}
const empty = (): Promise<unknown> => sql`truncate statements, statement_ids, activities, agents`.execute(db);

test('what is copied is what the function stores, column by column', async () => {
  const prepared = prepare(kinds());
  const { through } = await storeStatements(db, TENANT, [prepared.slice(0, 20), prepared.slice(20)], new RecentNames());
  const copied = await everything();
  const { rows: [last] } = await sql<{ seq: number; n: number }>`select max(seq) as seq, count(*)::int as n from statements`.execute(db);
  assert.deepEqual(last, { seq: through, n: prepared.length });
  await empty();
  await db.transaction().execute((tx) => storeStatements(tx, TENANT, [prepared], new RecentNames())); // within a transaction nothing is copied
  assert.deepEqual(copied, await everything());
  await empty();
});

test('numbers go on growing, whichever way they are given', async () => {
  const seqs: number[] = [];
  for (const count of [20, 1, 20, 3]) seqs.push((await storeStatements(db, TENANT, [prepare(Array.from({ length: count }, () => make()))], new RecentNames())).through);
  assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b));
  assert.equal(new Set(seqs).size, 4);
});

test('what the database cannot take leaves nothing behind, and the connection works on', async () => {
  await empty();
  const prepared = prepare(Array.from({ length: 20 }, () => make()));
  const spoilt = [...prepared.slice(0, 19), { ...prepared[19]!, document: 'a \0 character' }];
  const pool = poolOf(db)!;
  for (let turn = 0; turn < 25; turn++) await assert.rejects(copyStatements(pool, TENANT, [spoilt], new RecentNames()), /invalid byte sequence/);
  await assert.rejects(copyStatements(pool, TENANT, [[...prepared, prepared[0]!]], new RecentNames()), /statement_ids_pkey/);
  assert.deepEqual(await everything(), [[], [], []]);
  assert.ok((await copyStatements(pool, TENANT, [prepared], new RecentNames()))!);
  assert.equal((await pool.query('select 1 from statements')).rowCount, 20);
});

test('a connection that breaks in the middle is an error, not silence', async () => {
  const pool = poolOf(db)!;
  const prepared = prepare(Array.from({ length: 20 }, () => make()));
  const [blocker, watcher] = [await pool.connect(), await pool.connect()];
  await blocker.query('begin; lock table statement_ids');
  const storing = assert.rejects(copyStatements(pool, TENANT, [prepared], new RecentNames()));
  const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  let pid: number | undefined;
  while (pid === undefined) pid = (await watcher.query<{ pid: number }>(waiting)).rows[0]?.pid;
  await watcher.query('select pg_terminate_backend($1)', [pid]);
  watcher.release();
  await storing;
  await blocker.query('rollback');
  blocker.release();
  assert.equal((await pool.query('select 1 from statement_ids where id = $1', [prepared[0]!.id])).rowCount, 0);
});

test('over HTTP: told again, contradicted and voided ahead, in batches', async () => {
  const server: TestServer = await startTestServer();
  try {
    const post = (value: unknown): Promise<Response> => server.xapi('/statements', { method: 'POST', body: JSON.stringify(value) });
    const count = async (): Promise<number> => Number((await sql<{ n: number }>`select count(*)::int as n from statements`.execute(server.db)).rows[0]!.n);
    const batch = Array.from({ length: 30 }, (_, n) => make({ actor: agent(`c${n}`) }));
    assert.deepEqual(await (await post(batch)).json(), batch.map(({ id }) => id));
    assert.equal((await post([...batch.slice(0, 15), ...Array.from({ length: 15 }, () => make())])).status, 200);
    assert.equal(await count(), 45);
    const answers = await Promise.all([post([...batch.slice(1), { ...batch[0]!, verb: { id: 'urn:other' } }]), post(Array.from({ length: 30 }, () => make()))]);
    assert.deepEqual(answers.map(({ status }) => status), [409, 200]);
    assert.equal(await count(), 75);
    const late = make();
    assert.equal((await post(make({ verb: { id: VOIDED }, object: { objectType: 'StatementRef', id: late['id'] } }))).status, 200);
    assert.equal((await post([late, ...Array.from({ length: 20 }, () => make())])).status, 200);
    assert.equal((await server.xapi(`/statements?statementId=${late['id'] as string}`)).status, 404);
    assert.equal((await server.xapi(`/statements?voidedStatementId=${late['id'] as string}`)).status, 200);
  } finally {
    await server.close();
  }
});
