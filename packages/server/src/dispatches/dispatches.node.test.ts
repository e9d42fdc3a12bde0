import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { startTestServer, type TestServer } from '../server.fixture.js';

interface Launch {
  readonly token: string;
  readonly registration: string;
  readonly actor: { readonly account: { readonly homePage: string; readonly name: string } };
  readonly code?: string;
}

const learner = (name: string): string => createHash('sha256').update(name).digest('hex');

describe('dispatches', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const admin = (path: string, method = 'GET', body?: object, authorization = server.basic): Promise<Response> =>
    server.request(path, { method, headers: { authorization, 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) });
  const launch = async (id: string, name: string, more: object = {}): Promise<{ status: number; body: Launch }> => {
    const answer = await server.request(`/dispatch/${id}/launch`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ learner: name, ...more }) });
    return { status: answer.status, body: (await answer.json()) as Launch };
  };
  const create = async (more: object = {}): Promise<string> => {
    const answer = await admin('/dispatches', 'POST', { course: 'demo', institution: 'Example University', ...more });
    assert.equal(answer.status, 201, await answer.clone().text());
    return ((await answer.json()) as { id: string }).id;
  };

  it('launches under a licence until its places are taken, also when many come at once; who has one keeps it', async () => {
    const id = await create({ seats: 3 });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => launch(id, learner(`n${index}`))));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, ...Array<number>(7).fill(403)]);
    assert.ok(answers.filter(({ status }) => status === 403).every(({ body }) => body.code === 'licence-full'));
    const index = answers.findIndex(({ status }) => status === 201);
    const again = await launch(id, learner(`n${index}`));
    assert.deepEqual([again.status, again.body.registration], [201, answers[index]!.body.registration], 'the same registration, from whatever browser');
    const look = await launch(id, learner('teacher'), { launchMode: 'Browse' });
    assert.equal(look.status, 201, 'who only looks takes no place');
    assert.equal((await admin(`/dispatches/${id}`, 'PATCH', { seats: 4 })).status, 200);
    assert.equal((await launch(id, learner('late'))).status, 201);
  });

  it('tells when a licence has ended or was withdrawn, and knows no other', async () => {
    const id = await create({ until: '2020-01-01T00:00:00Z' });
    assert.deepEqual(await launch(id, learner('a')).then(({ status, body }) => [status, body.code]), [403, 'licence-ended']);
    await admin(`/dispatches/${id}`, 'PATCH', { until: null, revoked: true });
    assert.deepEqual(await launch(id, learner('a')).then(({ status, body }) => [status, body.code]), [403, 'licence-revoked']);
    await admin(`/dispatches/${id}`, 'PATCH', { revoked: false });
    assert.equal((await launch(id, learner('a'))).status, 201);
    assert.deepEqual(await launch('nothing', learner('a')).then(({ status, body }) => [status, body.code]), [404, 'not-found']);
  });

  it('takes pseudonyms alone, unless the licence says otherwise', async () => {
    const id = await create();
    for (const name of ['Lin Mei', 'lin@example.edu', `${learner('x')}0`, learner('x').toUpperCase(), '']) assert.equal((await launch(id, name)).status, 400, name);
    const { body } = await launch(id, learner('x'));
    assert.equal(body.actor.account.name, learner('x'));
    assert.match(body.actor.account.homePage, /\/institutions\/Example%20University$/);
    assert.ok(!JSON.stringify(body.actor).includes(id));
    assert.equal((await launch(await create({ identity: 'account' }), '2026-0017')).body.actor.account.name, '2026-0017');
  });

  it('says on its page that a licence is one by browsers, which take a place each, and are none to frame content', async () => {
    const id = await create({ identity: 'browser', seats: 1, origins: ['https://framing.example'] });
    const page = await (await server.request(`/dispatch/${id}`)).text();
    assert.match(page, /data-identity="browser"/);
    assert.doesNotMatch(await (await server.request(`/dispatch/${await create()}`)).text(), /data-identity/);
    assert.equal((await launch(id, 'Lin Mei')).status, 400, 'a number, and nobody’s name');
    assert.equal((await launch(id, learner('one browser'))).status, 201);
    assert.equal((await launch(id, learner('one browser'))).status, 201);
    assert.deepEqual(await launch(id, learner('another')).then(({ status, body }) => [status, body.code]), [403, 'licence-full']);
    assert.equal((await launch(id, learner('another'), { launchMode: 'Browse' })).status, 201);
    const { identity, used } = (await (await admin(`/dispatches/${id}`)).json()) as { identity: string; used: number };
    assert.deepEqual([identity, used], ['browser', 1]);
  });

  it('keeps what learners came to, by their own token alone, and never takes it back', async () => {
    const id = await create();
    const { body } = await launch(id, learner('y'));
    const tell = (outcome: object, token = body.token, to = id): Promise<Response> =>
      server.request(`/dispatch/${to}/outcome`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(outcome) });
    assert.equal((await tell({ completed: true, success: 'passed', score: { scaled: 0.9 }, progress: 1, seconds: 61 })).status, 204);
    assert.equal((await tell({ completed: false, progress: 0.2, seconds: 5 })).status, 204);
    assert.equal((await tell({ completed: true, progress: 7, seconds: 5 })).status, 400);
    assert.equal((await tell({ completed: true, progress: 1, seconds: 1 }, 'forged')).status, 401);
    assert.equal((await tell({ completed: true, progress: 1, seconds: 1 }, body.token, await create())).status, 404, 'not of this licence');
    const report = (await (await admin(`/dispatches/${id}`)).json()) as { learners: Record<string, unknown>[]; used: number };
    assert.equal(report.used, 1);
    assert.deepEqual(report.learners.map(({ firstAt: _first, lastAt: _last, ...seat }) => seat), [{ learner: learner('y'), completed: true, success: 'passed', score: 0.9, progress: 1, seconds: 61 }]);
  });

  it('is an administrator’s: of no other tenant, and by no lesser key; bad licences are named', async () => {
    const id = await create();
    const other = (await (await admin('/tenants', 'POST', { name: 'Faculty of Music' })).json()) as { key: { key: string; secret: string } };
    const theirs = `Basic ${Buffer.from(`${other.key.key}:${other.key.secret}`).toString('base64')}`;
    assert.equal((await admin(`/dispatches/${id}`, 'GET', undefined, theirs)).status, 404);
    assert.equal((await admin(`/dispatches/${id}`, 'PATCH', { revoked: true }, theirs)).status, 404);
    assert.equal((await admin('/dispatches', 'POST', { course: 'demo', institution: 'X' }, theirs)).status, 404, 'the course is not theirs');
    const { authorization } = await server.key(['statements/read']);
    assert.equal((await admin('/dispatches', 'GET', undefined, authorization)).status, 403);
    for (const [licence, field] of [[{ seats: 0 }, 'seats'], [{ until: 'tomorrow' }, 'until'], [{ origins: ['https://lms.example/path'] }, 'origins.0'], [{ institution: 'a\u0000' }, 'institution'], [{ surprise: 1 }, 'surprise']] as const) {
      const answer = await admin('/dispatches', 'POST', { course: 'demo', institution: 'X', ...licence });
      assert.deepEqual([answer.status, ((await answer.json()) as { field: string }).field], [400, field]);
    }
  });

  it('shows its page to those who may frame it, and says what is wrong in a page, too', async () => {
    const id = await create({ origins: ['https://moodle.example.edu'] });
    const page = await server.request(`/dispatch/${id}`);
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'self' https:\/\/moodle\.example\.edu/);
    assert.equal(page.headers.get('cache-control'), 'no-store');
    assert.match(await page.text(), new RegExp(`data-id="${id}"`));
    assert.match((await server.request(`/dispatch/${await create()}`)).headers.get('content-security-policy') ?? '', /frame-ancestors \*/);
    for (const [accepted, begins] of [['en-GB,en;q=0.8', '<html lang="en">'], ['fr, zh;q=0.5', '<html lang="zh-CN">'], ['', '<html lang="zh-CN">']] as const) {
      const text = await (await server.request(`/dispatch/${id}`, { headers: { 'accept-language': accepted } })).text();
      assert.ok(text.includes(begins), `${accepted}: ${text.slice(0, 120)}`);
      assert.match(text, begins.includes('en') ? /<title>Lathe/ : /<title>车床/);
    }
    const gone = await server.request('/dispatch/%22%3E%3Cscript%3E');
    assert.equal(gone.status, 404);
    assert.doesNotMatch(await gone.text(), /<script>/);
  });
});
