import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { CLAIMS, SCOPES } from './lti-terms.js';
import { AGS, Platform, type Registered } from './platform.fixture.js';
import { startTool, type TestTool } from './tool.fixture.js';

interface Begun {
  readonly authorization: string;
  readonly registration: string;
  readonly sessionId: string;
  readonly sub: string;
  readonly lineItem: string;
  readonly payload: Record<string, unknown>;
}

const ALL = Object.values(SCOPES);

describe('services for tools', () => {
  let server: TestServer;
  let platform: Platform;
  let tool: TestTool;
  let setup: Registered;
  let course: string;
  let bearer: string;

  before(async () => {
    server = await startTestServer({ limits: { statementsBody: 1e6, documentBody: 1e6, jsonBody: 100_000, packageBody: 1e7, demoPackageBody: 1e7, failureRate: 1_000 } });
    platform = new Platform(server);
    tool = await startTool();
    setup = await platform.register(tool, { scopes: ALL });
    course = await platform.importCourse(
      { id: 'quiz', title: 'A quiz', tool: 'quizzes', masteryScore: 0.6, moveOn: 'CompletedAndPassed' },
      { id: 'open', title: 'Open', tool: 'quizzes', moveOn: 'Completed' },
    );
    bearer = await tokenFor(ALL);
  });
  after(async () => {
    await tool?.close();
    await server?.close();
  });

  const tokenFor = async (scopes: readonly string[]): Promise<string> => {
    const response = await tool.token(scopes);
    assert.equal(response.status, 200, await response.clone().text());
    return ((await response.json()) as { access_token: string }).access_token;
  };
  /** A learner whom the tool has. */
  const begin = async (name: string, unit = 'quiz', own = course): Promise<Begun> => {
    const { authorization, registration } = await platform.enrol(own, name);
    const launch = await platform.launch(authorization, unit);
    const payload = decodeJwt((await platform.authorize(launch)).fields['id_token']!) as Record<string, unknown>;
    return { authorization, registration, sessionId: launch.sessionId, sub: String(payload['sub']), lineItem: (payload[AGS] as { lineitem: string }).lineitem, payload };
  };
  let clock = Date.now() - 3_600_000;
  const scored = (userId: string, more: object = {}): Record<string, unknown> => ({
    userId, scoreGiven: 85, scoreMaximum: 100, activityProgress: 'Completed', gradingProgress: 'FullyGraded', timestamp: new Date((clock += 1_000)).toISOString(), ...more,
  });
  const send = async (lineItem: string, body: object, token = bearer): Promise<readonly [number, string | undefined, string | undefined]> => {
    const response = await tool.score(lineItem, body, token);
    const { code, field } = (await response.json()) as { code?: string; field?: string };
    return [response.status, code, field];
  };
  const read = (url: string, token = bearer): Promise<Response> => fetch(url, { headers: { Authorization: `Bearer ${token}` } });

  it('take a score, which becomes the unit’s result, once, and is told by the LMS', async () => {
    const begun = await begin('passes');
    const body = scored(begun.sub, { comment: 'Well done', 'https://tool.example/extra': { x: 1 } });
    for (let attempt = 0; attempt < 3; attempt += 1) assert.deepEqual(await send(begun.lineItem, body), [200, undefined, undefined]);
    const state = await platform.observe(begun.authorization, begun.sessionId);
    assert.deepEqual([state.completed, state.success, state.satisfied, state.progress, state.score], [true, 'passed', true, 1, { scaled: 0.85, raw: 85, min: 0, max: 100 }]);
    assert.deepEqual(await platform.verbs(begun.registration), ['launched', 'completed', 'passed']);
    const passed = (await platform.statements(begun.registration)).at(-1)!;
    assert.deepEqual(passed.result, { score: { scaled: 0.85, raw: 85, min: 0, max: 100 }, success: true, completion: true });
    assert.deepEqual(passed.actor.account, { homePage: 'https://uni.example', name: 'passes' });
    assert.equal(passed.context?.registration, begun.registration);
    assert.equal((passed as { authority?: { account?: { name: string } } }).authority?.account?.name, 'lectern', 'the server vouches for it');
    assert.doesNotMatch(JSON.stringify(passed), /Well done/, 'a teacher’s words are not for the record store');
    const units = (await (await server.request('/launches/units', { headers: { Authorization: begun.authorization } })).json()) as { units: Record<string, unknown> };
    assert.deepEqual(units.units['quiz'], { completed: true, success: 'passed', progress: 1, satisfied: true });
    const relaunched = await platform.launch(begun.authorization, 'quiz');
    assert.equal((await platform.observe(begun.authorization, relaunched.sessionId)).success, 'passed', 'a result is of the learner and not of a launch');
  });

  it('take a later grade for an earlier one, refuse an older, and take one back', async () => {
    const { lineItem, sub, authorization, sessionId, registration } = await begin('regraded');
    const first = scored(sub, { scoreGiven: 20 });
    const second = scored(sub, { scoreGiven: 90 });
    assert.deepEqual(await send(lineItem, second), [200, undefined, undefined]);
    assert.deepEqual(await send(lineItem, first), [409, 'conflict', 'timestamp'], 'older');
    assert.deepEqual((await send(lineItem, { ...second, scoreGiven: 10 })).slice(0, 2), [409, 'conflict'], 'of the same time, and another');
    assert.deepEqual((await send(lineItem, { ...second, scoreGiven: 91 })).slice(0, 2), [409, 'conflict']);
    assert.equal((await platform.observe(authorization, sessionId)).success, 'passed');
    assert.deepEqual(await send(lineItem, scored(sub, { scoreGiven: 5, scoreMaximum: 10 })), [200, undefined, undefined]);
    let state = await platform.observe(authorization, sessionId);
    assert.deepEqual([state.success, state.score?.scaled, state.satisfied], ['failed', 0.5, false]);
    assert.deepEqual(await send(lineItem, scored(sub, { scoreGiven: undefined, scoreMaximum: undefined, activityProgress: 'Submitted', gradingProgress: 'PendingManual' })), [200, undefined, undefined]);
    state = await platform.observe(authorization, sessionId);
    assert.deepEqual([state.success, state.score, state.completed], [undefined, undefined, true]);
    assert.deepEqual(await platform.verbs(registration), ['launched', 'completed', 'passed', 'failed']);
    const results = (await (await read(`${lineItem}/results?user_id=${sub}`)).json()) as unknown[];
    assert.deepEqual(results, []);
  });

  it('let a score decide nothing before it is fully graded, nor where the course has no mastery score', async () => {
    const pending = await begin('pending');
    assert.deepEqual(await send(pending.lineItem, scored(pending.sub, { gradingProgress: 'Pending', activityProgress: 'Submitted' })), [200, undefined, undefined]);
    let state = await platform.observe(pending.authorization, pending.sessionId);
    assert.deepEqual([state.completed, state.success, state.score], [false, undefined, undefined]);
    assert.deepEqual(await platform.verbs(pending.registration), ['launched']);
    const open = await begin('open', 'open');
    assert.deepEqual(await send(open.lineItem, scored(open.sub, { scoreGiven: 110 })), [200, undefined, undefined], 'extra credit');
    state = await platform.observe(open.authorization, open.sessionId);
    assert.deepEqual([state.completed, state.success, state.score, state.satisfied], [true, undefined, { scaled: 1, raw: 100, min: 0, max: 100 }, true]);
    assert.deepEqual(await platform.verbs(open.registration), ['launched', 'completed', 'scored']);
    const [result] = (await (await read(`${open.lineItem}/results?user_id=${open.sub}`)).json()) as { resultScore: number; userId: string; scoreOf: string; id: string }[];
    assert.deepEqual([Math.round(result!.resultScore), result!.userId, result!.scoreOf], [110, open.sub, open.lineItem]);
    assert.equal(((await (await read(result!.id)).json()) as { userId: string }).userId, open.sub);
  });

  it('say when a course of tools is satisfied, and take it back when a grade is', async () => {
    const own = await platform.importCourse({ id: 'only', title: 'Only', tool: 'quizzes', masteryScore: 0.5, moveOn: 'Passed' });
    const { lineItem, sub, registration } = await begin('satisfied', 'only', own);
    await send(lineItem, scored(sub));
    assert.deepEqual(await platform.verbs(registration), ['launched', 'completed', 'passed', 'satisfied']);
    await send(lineItem, scored(sub, { scoreGiven: 1 }));
    // What is voided is not read any more: xAPI Data 2.3.2.
    assert.deepEqual((await platform.verbs(registration)).filter((verb) => verb !== 'voided'), ['launched', 'completed', 'passed', 'failed']);
    await send(lineItem, scored(sub, { scoreGiven: 99 }));
    assert.deepEqual((await platform.verbs(registration)).filter((verb) => verb === 'satisfied').length, 1);
  });

  it('refuse scores that AGS does not know, naming the member', async () => {
    const { lineItem, sub, registration } = await begin('wrong');
    const wrong: [object, string][] = [
      [{ scoreGiven: -1 }, 'scoreGiven'], [{ scoreGiven: 85, scoreMaximum: 1 }, 'scoreGiven'], [{ scoreGiven: 1e308 }, 'scoreGiven'], [{ scoreGiven: '85' }, 'scoreGiven'], [{ scoreMaximum: 0 }, 'scoreMaximum'],
      [{ scoreMaximum: undefined }, 'scoreMaximum'], [{ scoreMaximum: -5 }, 'scoreMaximum'], [{ activityProgress: 'Done' }, 'activityProgress'], [{ activityProgress: undefined }, 'activityProgress'],
      [{ gradingProgress: 'Graded' }, 'gradingProgress'], [{ timestamp: undefined }, 'timestamp'], [{ timestamp: 'yesterday' }, 'timestamp'], [{ timestamp: '2026-02-30T99:00:00Z' }, 'timestamp'],
      [{ timestamp: '2026-01-01T00:00:00' }, 'timestamp'], [{ timestamp: new Date(Date.now() + 86_400_000).toISOString() }, 'timestamp'], [{ comment: 'x'.repeat(10_001) }, 'comment'], [{ comment: { html: '<b>' } }, 'comment'],
      [{ userId: undefined }, 'userId'], [{ userId: 5 }, 'userId'],
    ];
    for (const [more, field] of wrong) assert.deepEqual(await send(lineItem, scored(sub, more)), [400, 'body-invalid', field], JSON.stringify(more));
    const raw = (body: string, type = 'application/vnd.ims.lis.v1.score+json'): Promise<Response> => fetch(`${lineItem}/scores`, { method: 'POST', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': type }, body });
    assert.equal((await raw(JSON.stringify(scored(sub)).replace('"scoreGiven":85', '"scoreGiven":1e400'))).status, 400);
    assert.equal((await raw('{')).status, 400);
    assert.equal((await raw('[]')).status, 400);
    assert.equal((await raw('{}', 'text/plain')).status, 415);
    assert.equal((await raw(JSON.stringify({ x: 'x'.repeat(200_000) }))).status, 413);
    for (const userId of ['root', randomUUID(), '\u0000', 'wrong']) assert.deepEqual(await send(lineItem, scored(userId)), [404, 'not-found', 'userId']);
    assert.deepEqual(await platform.verbs(registration), ['launched'], 'nothing of it was recorded');
  });

  it('know no line item of another tool’s, nor a learner who has not opened the unit', async () => {
    const other = await startTool();
    try {
      await platform.register(other, { name: 'other', scopes: ALL });
      const own = await platform.importCourse({ id: 'o', title: 'O', tool: 'other' });
      const theirs = await begin('both', 'o', own);
      const mine = await begin('both');
      assert.deepEqual(await send(theirs.lineItem, scored(mine.sub)), [404, 'not-found', 'lineitem'], 'another tool’s line item');
      assert.deepEqual(await send(mine.lineItem, scored(theirs.sub)), [404, 'not-found', 'userId'], 'another tool’s name of the same learner');
      const open = await begin('another', 'open');
      assert.deepEqual(await send(mine.lineItem, scored(open.sub)), [404, 'not-found', 'userId'], 'who is in another unit of the tool');
      const unopened = await platform.enrol(course, 'unopened');
      const launch = await platform.launch(unopened.authorization, 'quiz');
      assert.deepEqual(await send(mine.lineItem, scored(launch.url.searchParams.get('login_hint')!)), [404, 'not-found', 'userId'], 'who was sent, and never came');
      for (const path of ['', '/results']) assert.equal((await read(`${theirs.lineItem}${path}`)).status, 404, path);
      const items = (await (await read(theirs.lineItem.replace(/\/lineitems\/.*/, `/contexts/${own}/lineitems`))).json()) as unknown[];
      assert.deepEqual(items, []);
      for (const id of [randomUUID(), 'x', `${randomUUID()}%00`]) assert.deepEqual((await send(mine.lineItem.replace(/[^/]+$/, id), scored(mine.sub))).slice(0, 2), [404, 'not-found']);
      assert.deepEqual(await platform.verbs(theirs.registration), ['launched']);
    } finally {
      await other.close();
    }
  });

  it('list line items, results and members by pages, to those with the scope', async () => {
    const own = await platform.importCourse(...['a', 'b', 'c'].map((id) => ({ id, title: id.toUpperCase(), tool: 'quizzes' })));
    const begun = [await begin('one', 'a', own), await begin('one', 'b', own), await begin('one', 'c', own), await begin('two', 'a', own), await begin('three', 'a', own)];
    const { lineitems } = begun[0]!.payload[AGS] as { lineitems: string };
    const seen: string[] = [];
    let next: string | undefined = `${lineitems}?limit=2`;
    for (let pages = 0; next; pages += 1) {
      assert.ok(pages < 3);
      const response: Response = await read(next);
      assert.equal(response.headers.get('content-type'), 'application/vnd.ims.lis.v2.lineitemcontainer+json');
      seen.push(...((await response.json()) as { label: string; scoreMaximum: number }[]).map(({ label, scoreMaximum }) => `${label} ${scoreMaximum}`));
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(seen.sort(), ['A 100', 'B 100', 'C 100']);
    const linked = (await (await read(`${lineitems}?resource_link_id=${(begun[1]!.payload[CLAIMS.resourceLink] as { id: string }).id}`)).json()) as { id: string; label: string }[];
    assert.deepEqual(linked.map(({ id, label }) => [id, label]), [[begun[1]!.lineItem, 'B']]);
    assert.equal(((await (await read(begun[2]!.lineItem)).json()) as { label: string }).label, 'C');
    for (const { lineItem, sub } of begun) await send(lineItem, scored(sub));
    assert.equal(((await (await read(`${begun[0]!.lineItem}/results`)).json()) as unknown[]).length, 3);
    assert.equal(((await (await read(`${begun[0]!.lineItem}/results?user_id=root`)).json()) as unknown[]).length, 0);
    const { context_memberships_url: members } = begun[0]!.payload[CLAIMS.nrps] as { context_memberships_url: string };
    const roster = (await (await read(members)).json()) as { members: { user_id: string; name?: string }[] };
    assert.deepEqual(roster.members.map(({ user_id: id }) => id).sort(), [...new Set(begun.map(({ sub }) => sub))].sort());
    assert.doesNotMatch(JSON.stringify(roster), /uni\.example|"one"/);
    assert.equal(((await (await read(`${members}?role=Instructor`)).json()) as typeof roster).members.length, 0);
    for (const bad of ['?limit=0', '?limit=x', '?after=x']) assert.equal((await read(`${lineitems}${bad}`)).status, 400, bad);

    const narrow = await tokenFor([SCOPES.scores]);
    for (const url of [lineitems, begun[0]!.lineItem, `${begun[0]!.lineItem}/results`, members]) assert.equal((await read(url, narrow)).status, 403, url);
    assert.deepEqual((await send(begun[0]!.lineItem, scored(begun[0]!.sub), await tokenFor([SCOPES.results]))).slice(0, 2), [403, 'forbidden']);
  });

  it('open to no token that is forged, or that means something else', async () => {
    const { lineItem, payload } = await begin('tokens');
    const returning = String((payload[CLAIMS.launchPresentation] as { return_url: string }).return_url).split('/').pop()!;
    const hint = (await platform.launch((await platform.enrol(course, 'tokens')).authorization, 'quiz')).url.searchParams.get('lti_message_hint')!;
    const turned = `${bearer.slice(0, 30)}${bearer[30] === 'A' ? 'B' : 'A'}${bearer.slice(31)}`;
    for (const token of ['', 'x', returning, hint, turned, `${bearer}AAAA`, new UnsecuredJWT({ scopes: ALL }).encode()]) assert.equal((await read(lineItem, token)).status, 401, token);
    assert.equal((await fetch(lineItem)).status, 401);
    assert.equal((await fetch(lineItem, { headers: { Authorization: server.basic } })).status, 401, 'nor to an administrator’s key');
  });

  it('give a token for an assertion by the tool’s key, for this platform, for a short time, once', async () => {
    const refusal = async (response: Response): Promise<readonly [number, string]> => [response.status, ((await response.json()) as { error: string }).error];
    const now = Math.floor(Date.now() / 1000);
    const { clientId, platform: { issuer } } = setup;
    const once = await tool.assertion();
    assert.equal((await tool.token(ALL, once)).status, 200);
    for (let attempt = 0; attempt < 2; attempt += 1) assert.deepEqual(await refusal(await tool.token(ALL, once)), [401, 'invalid_client'], 'replayed');
    const racing = await tool.assertion();
    const raced = await Promise.all(Array.from({ length: 8 }, () => tool.token(ALL, racing)));
    assert.equal(raced.filter(({ status }) => status === 200).length, 1);
    assert.equal((await tool.token(ALL, await tool.assertion({ aud: [issuer, 'https://x.example'] }))).status, 200);
    const wrong: Record<string, unknown>[] = [
      { iss: 'someone' }, { sub: 'someone' }, { sub: undefined }, { aud: 'https://evil.example/token' }, { aud: undefined }, { exp: now - 300 }, { exp: undefined }, { exp: now + 100_000 }, { iat: undefined }, { jti: undefined }, { jti: 'x'.repeat(2_000) },
      { nbf: now + 1_000 },
    ];
    for (const more of wrong) assert.deepEqual(await refusal(await tool.token(ALL, await tool.assertion(more))), [401, 'invalid_client'], JSON.stringify(more).slice(0, 80));
    const claims = { iss: clientId, sub: clientId, aud: setup.platform.tokenUrl, jti: randomUUID(), iat: now, exp: now + 60 };
    const parts = (await tool.assertion()).split('.');
    const jwks = (await (await fetch(`${tool.url}/jwks`)).json()) as { keys: { n: string }[] };
    const forged = [
      new UnsecuredJWT(claims).encode(),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${parts[1]}.`,
      `${Buffer.from('{"alg":"None","kid":"tool-1"}').toString('base64url')}.${parts[1]}.${parts[2]}`,
      `${parts[0]}.${Buffer.from(JSON.stringify({ ...claims, iat: now - 1 })).toString('base64url')}.${parts[2]}`,
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'tool-1' }).sign(new TextEncoder().encode(jwks.keys[0]!.n)),
      await tool.assertion({}, { kid: 'unknown' }),
      'x.y.z', '', 'x',
    ];
    for (const assertion of forged) assert.deepEqual(await refusal(await tool.token(ALL, assertion)), [401, 'invalid_client'], assertion.slice(0, 60));
    const asked = tool.keysAsked();
    for (let guess = 0; guess < 10; guess += 1) await tool.token(ALL, await tool.assertion({}, { kid: `k${guess}` }));
    assert.ok(tool.keysAsked() - asked <= 1, 'guessing names of keys does not make the server ask for them each time');
    assert.deepEqual(await refusal(await tool.token(['https://purl.imsglobal.org/spec/lti-ags/scope/lineitem'])), [400, 'invalid_scope']);
    const post = (body: URLSearchParams | string, type?: string): Promise<Response> => server.request('/lti-platform/token', { method: 'POST', body, ...(type ? { headers: { 'Content-Type': type } } : {}) });
    assert.deepEqual(await refusal(await post(new URLSearchParams({ grant_type: 'password' }))), [400, 'unsupported_grant_type']);
    assert.deepEqual(await refusal(await post(new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'x' }))), [400, 'invalid_request']);
    assert.deepEqual(await refusal(await post('grant_type=client_credentials&grant_type=x', 'application/x-www-form-urlencoded')), [400, 'invalid_request']);
    assert.deepEqual(await refusal(await post('{}', 'application/json')), [400, 'invalid_request']);
  });

  it('are closed to a tool that was removed, and its learners’ results stay', async () => {
    const leaving = await startTool();
    try {
      await platform.register(leaving, { name: 'leaving', scopes: ALL });
      const own = await platform.importCourse({ id: 'l', title: 'L', tool: 'leaving', masteryScore: 0.5, moveOn: 'Passed' });
      const begun = await begin('left', 'l', own);
      const { access_token: token } = (await (await leaving.token(ALL)).json()) as { access_token: string };
      assert.equal((await leaving.score(begun.lineItem, scored(begun.sub), token)).status, 200);
      assert.equal((await platform.admin('/leaving', 'DELETE')).status, 204);
      assert.equal((await leaving.score(begun.lineItem, scored(begun.sub, { scoreGiven: 1 }), token)).status, 401);
      assert.equal((await leaving.token(ALL)).status, 401);
      assert.equal((await platform.observe(begun.authorization, begun.sessionId)).success, 'passed');
      assert.deepEqual((await platform.launch(begun.authorization, 'l')).answer['code'], 'tool-unknown');
    } finally {
      await leaving.close();
    }
  });

  it('say so when a tool’s keys cannot be had', async () => {
    const gone = await startTool();
    await platform.register(gone, { name: 'gone' });
    const assertion = await gone.assertion();
    await gone.close();
    const response = await gone.token(ALL, assertion);
    assert.equal(response.status, 503);
    assert.equal(((await response.json()) as { error: string }).error, 'temporarily_unavailable');
  });
});
