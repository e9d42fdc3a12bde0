import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { decodeProtectedHeader, createRemoteJWKSet, jwtVerify } from 'jose';
import { au, importStructure } from '../launches/cmi5-au.fixture.js';
import { CLAIMS, SCOPES } from '../lti-platform/lti-terms.js';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { mergeOutcome, toScore } from './outcome.js';
import { DEEP_LINKING, LINE_ITEM_SCOPE } from './terms.js';
import { at, CLIENT, DEPLOYMENT, TestPlatform, type Answer } from './test-platform.fixture.js';

const WHEN = new Date('2026-01-02T03:04:05.678Z');

describe('what a gradebook is told', () => {
  const OUTCOMES = [
    [{ completed: false, progress: 0 }, 'Started', 'NotReady', undefined],
    [{ completed: false, progress: 0.4 }, 'InProgress', 'NotReady', undefined],
    [{ completed: false, progress: 0.4, score: { scaled: 0.5 } }, 'InProgress', 'Pending', 50],
    [{ completed: true, progress: 1 }, 'Completed', 'FullyGraded', 100],
    [{ completed: true, progress: 1, success: 'failed', score: { scaled: -0.25 } }, 'Completed', 'FullyGraded', 0],
    [{ completed: false, progress: 0.9, success: 'passed', score: { scaled: 0.8765432 } }, 'Completed', 'FullyGraded', 87.65],
    [{ completed: false, progress: 0.1, success: 'failed' }, 'Completed', 'FullyGraded', 0],
  ] as const;
  for (const [outcome, activityProgress, gradingProgress, given] of OUTCOMES) {
    it(`of ${JSON.stringify(outcome)} is ${activityProgress}, ${gradingProgress}`, () => {
      assert.deepEqual(toScore(outcome, 'u', WHEN), {
        userId: 'u', timestamp: '2026-01-02T03:04:05.678Z', activityProgress, gradingProgress, ...(given === undefined ? {} : { scoreGiven: given, scoreMaximum: 100 }),
      });
    });
  }

  it('keeps what was reached, and takes a better or a later score', () => {
    const passed = { completed: true, progress: 1, success: 'passed', score: { scaled: 0.9 } } as const;
    assert.deepEqual(mergeOutcome(passed, { completed: false, progress: 0.2, success: 'failed', score: { scaled: 0.1 } }), passed);
    assert.deepEqual(mergeOutcome(passed, { completed: false, progress: 0.2, score: { scaled: 0.95 } }), { ...passed, score: { scaled: 0.95 } });
    assert.deepEqual(mergeOutcome({ completed: false, progress: 0.5, success: 'failed', score: { scaled: 0.3 } }, passed), passed);
  });
});

describe('the gradebook of the LTI tool', () => {
  let server: TestServer;
  let platform: TestPlatform;
  let course: string;
  before(async () => {
    [server, platform] = await Promise.all([startTestServer(), TestPlatform.start()]);
    await platform.register(server);
    course = await importStructure(server, au('lathe', 'moveOn="Completed"'));
  });
  after(async () => {
    await platform.close();
    await server.close();
  });
  beforeEach(() => {
    platform.scores.length = 0;
    platform.lineItems.length = 0;
    platform.failures = [];
  });

  async function learn(more: Record<string, unknown> = {}): Promise<(outcome: object) => Promise<Response>> {
    const { location, html } = await platform.launch(server, { [CLAIMS.custom]: { course }, ...more });
    const launch = new URLSearchParams(new URL(location ?? assert.fail(html)).hash.slice(1)).get('lti')!;
    const { token, outcomesUrl } = (await (await server.request('/launches/token', { method: 'POST', headers: { Authorization: `Bearer ${launch}` } })).json()) as { token: string; outcomesUrl: string };
    return (outcome) => fetch(outcomesUrl, { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ completed: false, progress: 0, seconds: 1, ...outcome }) });
  }

  async function until(condition: () => boolean, what: string): Promise<void> {
    for (const end = Date.now() + 20_000; !condition(); await new Promise((resolve) => setTimeout(resolve, 25))) if (Date.now() > end) assert.fail(`${what}: ${JSON.stringify(platform.scores)}`);
  }

  it('is told as the session goes, by the tool’s own key, of the link’s column', async () => {
    const report = await learn({ sub: 'g-1' });
    assert.equal((await report({ progress: 0.5 })).status, 204);
    await until(() => platform.scores.length === 1, 'begun');
    assert.equal((await report({ completed: true, progress: 1, success: 'passed', score: { scaled: 0.8, raw: 8, max: 10 } })).status, 204);
    await until(() => platform.scores.length === 2, 'passed');
    assert.deepEqual(platform.scores.map(({ lineItem, body: { timestamp: _, ...body } }) => [lineItem, body]), [
      [`${platform.url}/items/1?type_id=2`, { userId: 'g-1', activityProgress: 'InProgress', gradingProgress: 'NotReady' }],
      [`${platform.url}/items/1?type_id=2`, { userId: 'g-1', activityProgress: 'Completed', gradingProgress: 'FullyGraded', scoreGiven: 80, scoreMaximum: 100 }],
    ]);
    const [first, second] = platform.scores.map(({ body }) => String(body['timestamp']));
    assert.ok(first! < second!);
    // What was told already, and what units came to, is not told.
    await report({ completed: true, progress: 1, success: 'passed', score: { scaled: 0.8 } });
    await report({ unitId: 'lathe', completed: true, progress: 1 });
    assert.equal((await report({ completed: 'yes' })).status, 400);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(platform.scores.length, 2);
  });

  it('is told later where it does not answer, of the newest alone', { timeout: 60_000 }, async () => {
    const report = await learn({ sub: 'g-2' });
    platform.failures = [503];
    await report({ progress: 0.5 });
    await until(() => platform.failures.length === 0, 'the first try');
    const view = async (): Promise<{ scores: { waiting: number; troubled: number; problem?: string } }> => (await (await server.request('/lti/platforms/Moodle', { headers: { Authorization: server.basic } })).json()) as never;
    for (let tries = 0; tries < 100 && (await view()).scores.troubled === 0; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual([(await view()).scores.waiting, /503/.test((await view()).scores.problem ?? '')], [1, true]);
    await report({ completed: true, progress: 1 });
    await until(() => platform.scores.length > 0, 'the newest');
    assert.deepEqual(platform.scores.map(({ body }) => body['gradingProgress']), ['FullyGraded']);
  });

  it('finds or makes the column where the launch names none, and makes another where it was taken away', async () => {
    const ags = { [CLAIMS.ags]: { scope: [SCOPES.scores, LINE_ITEM_SCOPE], lineitems: `${platform.url}/items` }, [CLAIMS.resourceLink]: { id: 'link-9', title: '第九周' } };
    const report = await learn({ sub: 'g-3', ...ags });
    await report({ completed: true, progress: 1 });
    await until(() => platform.scores.length === 1, 'the first');
    const [made] = platform.lineItems;
    assert.deepEqual({ ...made, id: '' }, { id: '', scoreMaximum: 100, label: '第九周', resourceLinkId: 'link-9', resourceId: course, tag: 'outcome' });
    // The next learner finds it, and a launch that names none does not lose it.
    await (await learn({ sub: 'g-4', ...ags }))({ completed: true, progress: 1 });
    await until(() => platform.scores.length === 2, 'the second');
    assert.equal(platform.lineItems.length, 1);
    platform.failures = [404];
    platform.lineItems.length = 0;
    await (await learn({ sub: 'g-3', ...ags }))({ completed: true, progress: 1, score: { scaled: 0.5 } });
    await until(() => platform.scores.length === 3, 'the third');
    assert.equal(platform.lineItems.length, 1);
  });

  it('is told nothing where the platform gives no leave, nor by anybody else’s token', async () => {
    await (await learn({ sub: 'g-5', [CLAIMS.ags]: { scope: [], lineitem: `${platform.url}/items/1` } }))({ completed: true, progress: 1 });
    const body = JSON.stringify({ completed: true, progress: 1, seconds: 1 });
    for (const authorization of ['', 'Bearer x', server.basic]) {
      assert.equal((await server.request('/lti/outcome', { method: 'POST', headers: { Authorization: authorization, 'Content-Type': 'application/json' }, body })).status, 401);
    }
    const { authorization } = await server.learner('ann', course);
    assert.equal((await server.request('/lti/outcome', { method: 'POST', headers: { Authorization: authorization, 'Content-Type': 'application/json' }, body })).status, 403);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual(platform.scores, []);
  });
});

describe('choosing content for an LTI platform', () => {
  let server: TestServer;
  let platform: TestPlatform;
  let course: string;
  before(async () => {
    [server, platform] = await Promise.all([startTestServer(), TestPlatform.start()]);
    await platform.register(server);
    course = await importStructure(server, au('lathe', 'moveOn="Completed"') + au('mill', 'moveOn="Completed"'));
  });
  after(async () => {
    await platform.close();
    await server.close();
  });

  const choiceOf = ({ html }: Answer): string => /name="choice" value="([^"]+)"/.exec(html)?.[1] ?? assert.fail(html);
  const item = (...parts: string[]): [string, string] => ['item', JSON.stringify(parts)];
  async function chosen({ html }: Answer): Promise<Record<string, unknown>> {
    const jwt = /name="JWT" value="([^"]+)"/.exec(html)?.[1] ?? assert.fail(html);
    assert.match(html, new RegExp(`action="${platform.url}/chosen"`));
    const { payload } = await jwtVerify(jwt, createRemoteJWKSet(new URL('/lti/jwks', server.url)), { issuer: CLIENT, audience: platform.url });
    assert.equal(decodeProtectedHeader(jwt).alg, 'RS256');
    return payload;
  }

  it('shows the courses and their units, and answers with signed links, each with its column', async () => {
    const page = await platform.launch(server, platform.deepLinking());
    assert.equal(page.status, 200, page.html);
    assert.match(page.html, /type="checkbox" name="item"/);
    const choice = choiceOf(page);
    const payload = await chosen(await platform.post(server, '/lti/choose', new URLSearchParams([['choice', choice], item(course), item(course, 'mill'), ['do', 'add']])));
    assert.deepEqual([payload[CLAIMS.messageType], payload[CLAIMS.version], payload[CLAIMS.deploymentId], payload[DEEP_LINKING.data], typeof payload['nonce']], ['LtiDeepLinkingResponse', '1.3.0', DEPLOYMENT, 'd-1', 'string']);
    const items = payload[DEEP_LINKING.contentItems] as Record<string, unknown>[];
    assert.deepEqual(items.map(({ type, url, custom, lineItem }) => [type, url, custom, (lineItem as { resourceId: string; scoreMaximum: number }).resourceId]), [
      ['ltiResourceLink', `${at(server)}/lti/courses/${course}`, { course }, course],
      ['ltiResourceLink', `${at(server)}/lti/courses/${course}?unit=mill`, { course, unit: 'mill' }, `${course}/mill`],
    ]);
    // What was chosen opens.
    const launched = await platform.launch(server, { [CLAIMS.custom]: items[1]!['custom'], [CLAIMS.targetLinkUri]: items[1]!['url'] });
    assert.equal(new URL(launched.location!).search, '?unit=mill');
  });

  it('holds to what the platform takes: one link, no columns, nothing at all', async () => {
    const one = choiceOf(await platform.launch(server, platform.deepLinking({}, { accept_multiple: false, accept_lineitem: false, data: undefined })));
    const payload = await chosen(await platform.post(server, '/lti/choose', new URLSearchParams([['choice', one], item(course), ['do', 'add']])));
    assert.equal('lineItem' in (payload[DEEP_LINKING.contentItems] as object[])[0]!, false);
    assert.equal(DEEP_LINKING.data in payload, false);
    assert.deepEqual((await chosen(await platform.post(server, '/lti/choose', { choice: one, do: 'cancel' })))[DEEP_LINKING.contentItems], []);
    for (const [fields, code] of [
      [[['choice', one], item(course), item(course, 'mill')], 'request-invalid'],
      [[['choice', one]], 'request-invalid'],
      [[['choice', one], item('none')], 'course-missing'],
      [[['choice', one], item(course, 'none')], 'course-missing'],
      [[['choice', one], ['item', '{']], 'request-invalid'],
      [[['choice', one], ['item', '["a","b","c"]']], 'request-invalid'],
      [[['choice', one.slice(2)], item(course)], 'state-invalid'],
      [[item(course)], 'request-invalid'],
    ] as const) {
      const answer = await platform.post(server, '/lti/choose', new URLSearchParams(fields.map(([name, value]) => [name, value])));
      assert.match(answer.html, new RegExp(`<dd>${code}</dd>`), JSON.stringify(fields).slice(0, 100));
    }
    const files = await platform.launch(server, platform.deepLinking({}, { accept_types: ['file'] }));
    assert.match(files.html, /<dd>message-unsupported<\/dd>/);
    for (const returnUrl of ['javascript:alert(1)', 'data:text/html,x', '', undefined]) {
      assert.match((await platform.launch(server, platform.deepLinking({}, { deep_link_return_url: returnUrl }))).html, /<dd>claim-invalid<\/dd>/);
    }
    const learner = await platform.launch(server, platform.deepLinking({ [CLAIMS.roles]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'] }));
    assert.match(learner.html, /<dd>claim-invalid<\/dd>/);
  });

  it('finds courses by their titles, and shows what others wrote as text', async () => {
    const first = choiceOf(await platform.launch(server, platform.deepLinking()));
    const none = await platform.post(server, '/lti/choose', { choice: first, do: 'search', search: '"><script>alert(1)</script>' });
    assert.match(none.html, /No course was found/);
    assert.doesNotMatch(none.html, /<script>alert/);
  });
});

describe('a platform that registers itself', () => {
  let server: TestServer;
  let platform: TestPlatform;
  before(async () => {
    [server, platform] = await Promise.all([startTestServer(), TestPlatform.start()]);
  });
  after(async () => {
    await platform.close();
    await server.close();
  });

  it('is taken by an invitation, once, and may launch at once', async () => {
    const invited = await server.request('/lti/invitations', { method: 'POST', headers: { Authorization: server.basic, 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'University' }) });
    assert.equal(invited.status, 201);
    const { url } = (await invited.json()) as { url: string };
    const register = (more: Record<string, string>): Promise<Response> => fetch(`${url}&${new URLSearchParams({ openid_configuration: `${platform.url}/.well-known/openid-configuration`, ...more })}`, { headers: { 'Accept-Language': 'en' } });
    // Not with a wrong token, nor with another's configuration: the invitation stays good.
    assert.match(await (await register({ registration_token: 'wrong' })).text(), /<dd>platform-refused<\/dd>/);
    assert.match(await (await register({ openid_configuration: 'http://10.0.0.1/config' })).text(), /<dd>request-invalid<\/dd>/);
    assert.match(await (await register({ registration_token: 'a b' })).text(), /<dd>request-invalid<\/dd>/);
    const done = await register({ registration_token: 'reg-token' });
    assert.equal(done.status, 200, await done.clone().text());
    assert.equal((await register({ registration_token: 'reg-token' })).status, 403);
    const sent = platform.registrations.at(-1)!;
    assert.deepEqual([sent['initiate_login_uri'], sent['redirect_uris'], sent['jwks_uri'], sent['token_endpoint_auth_method']], [`${at(server)}/lti/login`, [`${at(server)}/lti/launch`], `${at(server)}/lti/jwks`, 'private_key_jwt']);
    const { platforms } = (await (await server.request('/lti/platforms', { headers: { Authorization: server.basic } })).json()) as { platforms: Record<string, unknown>[] };
    assert.deepEqual(platforms.map(({ name, clientId, deployments }) => [name, clientId, deployments]), [['University', 'registered-client', ['registered-deployment']]]);
    platform.tool.jwks = `${at(server)}/lti/jwks`;
    const answer = await platform.launch(server, { aud: 'registered-client', [CLAIMS.deploymentId]: 'registered-deployment' }, { client_id: 'registered-client' });
    assert.match(answer.html, /<dd>course-missing<\/dd>/); // let in, with nothing chosen
  });

  it('and platforms are looked after by administrators alone, each tenant’s its own', async () => {
    const { authorization } = await server.key(['statements/write']);
    assert.equal((await server.request('/lti/platforms', { headers: { Authorization: authorization } })).status, 403);
    const add = async (more: object): Promise<[number, string | undefined]> => {
      const response = await server.request('/lti/platforms', { method: 'POST', headers: { Authorization: server.basic, 'Content-Type': 'application/json' }, body: JSON.stringify(platform.draft(more)) });
      return [response.status, ((await response.json()) as { field?: string }).field];
    };
    assert.deepEqual(await add({}), [201, undefined]);
    assert.deepEqual(await add({ clientId: 'x' }), [409, 'name']);
    assert.deepEqual(await add({ name: 'x' }), [409, 'clientId']);
    assert.deepEqual(await add({ name: 'y', clientId: 'y', jwksUrl: 'http://169.254.169.254/latest' }), [400, 'jwksUrl']);
    assert.deepEqual(await add({ name: 'y', clientId: 'y', tokenUrl: 'ftp://a.example/' }), [400, 'tokenUrl']);
    assert.deepEqual(await add({ name: 'y', clientId: 'y', authorizationUrl: 'javascript:alert(1)' }), [400, 'authorizationUrl']);
    assert.deepEqual(await add({ name: 'y', clientId: 'y', deployments: [] }), [400, 'deployments']);
    assert.deepEqual(await add({ name: 'y\nz' }), [400, 'name']);
    const changed = await server.request('/lti/platforms/Moodle', { method: 'PATCH', headers: { Authorization: server.basic, 'Content-Type': 'application/json' }, body: JSON.stringify({ deployments: ['*'] }) });
    assert.deepEqual(((await changed.json()) as { deployments: string[] }).deployments, ['*']);
    assert.equal((await server.request('/lti/platforms/Moodle', { method: 'DELETE', headers: { Authorization: server.basic } })).status, 204);
    assert.equal((await server.request('/lti/platforms/Moodle', { headers: { Authorization: server.basic } })).status, 404);
    const { scopes } = (await (await server.request('/lti/configuration.json')).json()) as { scopes: string[] };
    assert.ok(scopes.includes(SCOPES.scores));
  });
});
