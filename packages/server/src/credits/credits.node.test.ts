import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { listUnits, unitActivityId, VERBS, type Conferral, type Course, type CreditLedger, type Verb } from '@lectern/core';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { DEMO_HOME_PAGE } from '../launches/demo-learners.js';

let server: TestServer;
before(async () => void (server = await startTestServer()));
after(() => server.close());

const ledgerOf = async (authorization: string): Promise<CreditLedger> => {
  const response = await server.request('/credits', { headers: { Authorization: authorization } });
  assert.equal(response.status, 200);
  return (await response.json()) as CreditLedger;
};
const confer = (body: object, authorization = server.basic): Promise<Response> =>
  server.request('/credits/conferrals', { method: 'POST', body: JSON.stringify(body), headers: { Authorization: authorization, 'Content-Type': 'application/json' } });
const entry = (ledger: CreditLedger, id: string): CreditLedger['entries'][number] => ledger.entries.find(({ progress }) => progress.policy.id === id)!;

async function activityOf(unitId: string): Promise<string> {
  const course = (await (await server.request('/courses/demo/course.json')).json()) as Course;
  return unitActivityId(course, listUnits(course).find(({ id }) => id === unitId)!);
}

test('credit grows with the evidence, is conferred by the institution alone, and can be taken back', async () => {
  const { authorization, actor, registration } = await server.learner('lin');
  const learner = { homePage: DEMO_HOME_PAGE, name: 'lin' };
  const fresh = await ledgerOf(authorization);
  assert.equal(fresh.learner.account, 'lin');
  assert.ok(fresh.goal && fresh.goal.credits > 0);
  assert.equal(entry(fresh, 'demo-theory').progress.status, 'notStarted');

  const tell = async (unit: string, verb: Verb, result: object): Promise<void> => {
    const statement = { id: randomUUID(), actor, verb, object: { id: await activityOf(unit) }, result, context: { registration }, timestamp: new Date().toISOString() };
    const response = await server.xapi('/statements', { method: 'POST', authorization, body: JSON.stringify(statement) });
    assert.equal(response.status, 200, await response.clone().text());
  };
  await tell('film', VERBS.completed, { completion: true });
  const pending = entry(await ledgerOf(authorization), 'demo-theory');
  assert.equal(pending.progress.status, 'inProgress');
  const early = await confer({ policy: 'demo-theory', learner });
  assert.equal(early.status, 409);

  await tell('guide', VERBS.completed, { completion: true });
  const earned = entry(await ledgerOf(authorization), 'demo-theory');
  assert.equal(earned.progress.status, 'earned');
  assert.equal(earned.conferral, undefined);
  assert.equal((await confer({ policy: 'demo-theory', learner }, authorization)).status, 403);

  const answers = await Promise.all([confer({ policy: 'demo-theory', learner }), confer({ policy: 'demo-theory', learner })]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
  const conferral = (await answers.find(({ status }) => status === 201)!.json()) as Conferral;
  const statement = (await (await server.xapi(`/statements?statementId=${conferral.statementId}`)).json()) as { verb: { id: string }; actor: object; context: { extensions: Record<string, unknown> } };
  assert.equal(statement.verb.id, VERBS.conferred.id);
  assert.equal((Object.entries(statement.context.extensions).find(([key]) => key.endsWith('/evidence'))![1] as string[]).length, 2);
  assert.equal(entry(await ledgerOf(authorization), 'demo-theory').conferral?.id, conferral.id);

  const revoke = (id: string): Promise<Response> => server.request(`/credits/conferrals/${id}/revoke`, { method: 'POST', body: '{"reason":"plagiarism"}', headers: { Authorization: server.basic, 'Content-Type': 'application/json' } });
  assert.equal((await revoke(conferral.id)).status, 200);
  assert.equal((await revoke(conferral.id)).status, 409);
  assert.equal((await revoke('nothing')).status, 404);
  assert.equal(entry(await ledgerOf(authorization), 'demo-theory').conferral?.reason, 'plagiarism');
});

test('a learner sees only what is the learner’s own; others’ evidence counts for nothing', async () => {
  const wang = await server.learner('wang');
  assert.ok((await ledgerOf(wang.authorization)).entries.every(({ progress }) => progress.status === 'notStarted'));
  assert.equal((await server.request('/credits')).status, 401);
  assert.equal((await server.request('/credits', { headers: { Authorization: server.basic } })).status, 403);
  assert.equal((await confer({ policy: 'nothing', learner: { homePage: DEMO_HOME_PAGE, name: 'wang' } })).status, 404);
  assert.equal((await confer({ policy: 'demo-theory' })).status, 400);
});
