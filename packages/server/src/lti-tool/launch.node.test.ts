import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exportSPKI, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { au, importStructure } from '../launches/cmi5-au.fixture.js';
import { CLAIMS } from '../lti-platform/lti-terms.js';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { at, INSTRUCTOR, TestPlatform, type Answer, type Login } from './test-platform.fixture.js';

/** A numbers generator that gives the same each time. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('launches of the LTI tool', () => {
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

  const custom = (): Record<string, unknown> => ({ [CLAIMS.custom]: { course } });
  const tokenOf = ({ location }: Answer): string => new URLSearchParams(new URL(location!).hash.slice(1)).get('lti')!;
  const grant = async (launch: string): Promise<Record<string, unknown>> =>
    (await (await server.request('/launches/token', { method: 'POST', headers: { Authorization: `Bearer ${launch}` } })).json()) as Record<string, unknown>;

  it('end in the course, for the learner that the platform names, and know the way back and the gradebook', async () => {
    const answer = await platform.launch(server, custom());
    assert.equal(answer.status, 303, answer.html);
    assert.equal(new URL(answer.location!).pathname, `/lti/courses/${course}`);
    const info = await grant(tokenOf(answer));
    assert.deepEqual(info['actor'], { objectType: 'Agent', account: { homePage: platform.url, name: 'learner-7' } });
    assert.deepEqual([info['returnUrl'], info['outcomesUrl'], info['courseId'], info['launchMode']], [`${platform.url}/back`, `${at(server)}/lti/outcome`, course, 'Normal']);
    const page = await server.request(new URL(answer.location!).pathname);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy')!, /frame-ancestors \*/);
    assert.match(await page.text(), /<learning-session lms="lti"><course-player heading-level="1" src="\/courses\//);
    // The same learner in the same place goes on; elsewhere it is another registration.
    assert.equal((await grant(tokenOf(await platform.launch(server, custom()))))['registration'], info['registration']);
    assert.notEqual((await grant(tokenOf(await platform.launch(server, { ...custom(), [CLAIMS.resourceLink]: { id: 'link-2' } }))))['registration'], info['registration']);
  });

  it('open the course that the address names, or one unit of it; and say so where nothing was chosen', async () => {
    const whole = await platform.launch(server, { [CLAIMS.targetLinkUri]: `${at(server)}/lti/courses/${course}` });
    assert.equal(whole.status, 303, whole.html);
    const unit = await platform.launch(server, { [CLAIMS.targetLinkUri]: `${at(server)}/lti/courses/${course}?unit=lathe` });
    assert.equal(new URL(unit.location!).search, '?unit=lathe', unit.html);
    const { children } = (await (await server.request(`/courses/${course}/course.json?unit=lathe`)).json()) as { children: { id: string }[] };
    assert.deepEqual(children.map(({ id }) => id), ['lathe']);
    for (const claims of [{}, { [CLAIMS.custom]: { course: 'none' } }, { [CLAIMS.custom]: { course, unit: 'none' } }, { [CLAIMS.custom]: { course: 'a\u0000' } }]) {
      const answer = await platform.launch(server, claims);
      assert.deepEqual([answer.status, /<dd>course-missing<\/dd>/.test(answer.html)], [404, true], answer.html);
    }
  });

  it('are valid without a learner’s name or id: somebody new each time, and no grade', async () => {
    const [one, two] = [await platform.launch(server, { ...custom(), sub: undefined }), await platform.launch(server, { ...custom(), sub: undefined })];
    const [first, second] = [await grant(tokenOf(one)), await grant(tokenOf(two))];
    assert.notEqual(first['registration'], second['registration']);
    assert.equal(first['outcomesUrl'], undefined);
  });

  it('work without any cookie: with the signed state alone, and with a platform that keeps things', async () => {
    const bare = await platform.login(server);
    const answer = await platform.post(server, '/lti/launch', { state: bare.state, id_token: await platform.sign(platform.claims(server, bare.nonce, custom())) });
    assert.equal(answer.status, 303, answer.html);

    const kept = await platform.login(server, { lti_storage_target: '_parent' });
    const [, secret] = kept.cookie.split('=');
    const page = await platform.post(server, '/lti/launch', { state: kept.state, id_token: await platform.sign(platform.claims(server, kept.nonce, custom())) });
    assert.equal(page.status, 200);
    const ticket = /name="ticket" value="([^"]+)"/.exec(page.html)![1]!;
    const data = JSON.parse(/id="data">(.*?)<\/script>/.exec(page.html)![1]!) as Record<string, string>;
    assert.deepEqual([data['do'], data['target'], data['origin'], `${data['key']}=${secret}`], ['confirm', '_parent', platform.url, kept.cookie]);
    for (const wrong of ['', 'x', secret!.slice(1)]) assert.equal((await platform.post(server, '/lti/launch/confirm', { ticket, secret: wrong })).status, 403);
    assert.equal((await platform.post(server, '/lti/launch/confirm', { ticket, secret: secret! })).status, 303);
    assert.equal((await platform.post(server, '/lti/launch/confirm', { ticket, secret: secret! })).status, 403, 'once');
  });

  it('follow keys that were changed, and say when the platform’s keys cannot be had', async () => {
    await platform.rotate();
    // Another name for the keys: what was fetched is kept for half a minute.
    await server.request('/lti/platforms/Moodle', { method: 'DELETE', headers: { Authorization: server.basic } });
    await platform.register(server, { jwksUrl: `${platform.url}/jwks?2` });
    assert.equal((await platform.launch(server, custom())).status, 303);
    await server.request('/lti/platforms/Moodle', { method: 'DELETE', headers: { Authorization: server.basic } });
    await platform.register(server, { jwksUrl: `${platform.url}/jwks?3` });
    platform.keysGone = true;
    const answer = await platform.launch(server, custom());
    assert.deepEqual([answer.status, /keys-unreachable/.test(answer.html)], [502, true]);
    platform.keysGone = false;
    assert.equal((await platform.launch(server, custom())).status, 303);
  });

  it('begin only with a platform that is known, and for addresses of this tool', async () => {
    const refused = async (more: Record<string, string | undefined>): Promise<unknown[]> => {
      const error = await platform.login(server, more).then(() => undefined, (thrown: unknown) => thrown as { status: number; html: string });
      return [error?.status, /<dt>code<\/dt><dd>([^<]*)/.exec(error?.html ?? '')?.[1], /<dt>field<\/dt><dd>([^<]*)/.exec(error?.html ?? '')?.[1]];
    };
    assert.deepEqual(await refused({ iss: 'https://nobody.example' }), [404, 'platform-unknown', 'iss']);
    assert.deepEqual(await refused({ client_id: 'another' }), [404, 'platform-unknown', 'iss']);
    assert.deepEqual(await refused({ iss: undefined }), [400, 'request-invalid', 'iss']);
    assert.deepEqual(await refused({ login_hint: undefined }), [400, 'request-invalid', 'login_hint']);
    for (const target of ['https://evil.example/lti/launch', `${at(server)}/courseware`, `${at(server)}@evil.example/lti/launch`, 'javascript:alert(1)', 'lti/launch']) {
      assert.deepEqual(await refused({ target_link_uri: target }), [400, 'request-invalid', 'target_link_uri'], target);
    }
    const twice = await server.request(`/lti/login?iss=a&iss=b`);
    assert.equal(twice.status, 400);
    assert.match(await twice.text(), /is there twice/);
    const hostile = await server.request(`/lti/login?${new URLSearchParams({ iss: '"><img src=x onerror=alert(1)>', login_hint: 'x', target_link_uri: `${at(server)}/lti/launch` })}`);
    assert.doesNotMatch(await hostile.text(), /<img/);
    // The client's name may be left out where the issuer has one alone.
    assert.ok((await platform.login(server, { client_id: undefined })).state);
    const { query } = await platform.login(server);
    assert.deepEqual(Object.fromEntries([...query].filter(([name]) => !['state', 'nonce'].includes(name))), {
      scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', client_id: 'lectern-client', redirect_uri: `${at(server)}/lti/launch`, login_hint: 'u', lti_message_hint: 'm',
    });
  });

  it('tell who looks after learners what they have done, and let them look without leaving a trace', async () => {
    platform.members = [{ user_id: 'learner-7', name: '<b>李 wei</b>', roles: ['Learner'] }, { user_id: 'learner-8', name: 'Ann', roles: ['Learner'] }];
    const claims = { ...custom(), [CLAIMS.roles]: [INSTRUCTOR], sub: 'teacher', [CLAIMS.nrps]: { context_memberships_url: `${platform.url}/members/1`, service_versions: ['2.0'] } };
    const page = await platform.launch(server, claims);
    assert.equal(page.status, 200);
    assert.match(page.html, /&lt;b&gt;李 wei&lt;\/b&gt;.*?In progress/s);
    assert.match(page.html, /Ann.*?Not started/s);
    const place = /name="place" value="([^"]+)"/.exec(page.html)![1]!;
    const opened = await platform.post(server, '/lti/teach', { place, do: 'open' });
    assert.equal((await grant(tokenOf(opened)))['launchMode'], 'Browse');
    assert.equal((await platform.post(server, '/lti/teach', { place: place.slice(1), do: 'show' })).status, 403);
  });

  it('let in none of a thousand that are forged, replayed, out of date, for somebody else or broken', { timeout: 120_000 }, async () => {
    const random = seeded(7);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const foreign = (await generateKeyPair('RS256')).privateKey;
    const elliptic = (await generateKeyPair('ES256')).privateKey;
    const own = (await importJWK(platform.publicJwk, 'RS256', { extractable: true })) as CryptoKey;
    const pem = new TextEncoder().encode(await exportSPKI(own));
    const other = await TestPlatform.start();
    await other.register(server, { name: 'Other', clientId: 'lectern-client' });
    const now = Math.floor(Date.now() / 1000);
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

    type Forger = (login: Login) => Promise<{ readonly state: string; readonly token: string; readonly cookie?: string }>;
    const signed = (more: () => Record<string, unknown>, header: Record<string, unknown> = {}, key?: CryptoKey | Uint8Array): Forger => async ({ state, nonce }) => ({ state, token: await platform.sign(platform.claims(server, nonce, { ...custom(), ...more() }), header, key) });
    const mangled = (change: (token: string) => string): Forger => async ({ state, nonce }) => ({ state, token: change(await platform.sign(platform.claims(server, nonce, custom()))) });
    const used: { state: string; token: string; cookie: string }[] = [];
    const strange = [null, 7, '', [], {}, true, 'x'.repeat(300), { id: '' }, { id: 7 }];
    const forgers: readonly Forger[] = [
      // Keys and algorithms.
      signed(() => ({}), {}, foreign),
      signed(() => ({}), { kid: 'unknown' }, foreign),
      signed(() => ({}), { kid: undefined }, foreign),
      signed(() => ({}), { alg: 'ES256' }, elliptic),
      signed(() => ({}), { alg: 'HS256' }, pem),
      signed(() => ({}), { alg: 'HS256', kid: undefined }, new TextEncoder().encode(JSON.stringify(platform.publicJwk))),
      signed(() => ({}), { jwk: { kty: 'RSA', n: 'x', e: 'AQAB' } }),
      signed(() => ({}), { jku: 'https://evil.example/jwks' }),
      async ({ state, nonce }) => ({ state, token: `${encode({ alg: 'none', typ: 'JWT' })}.${encode(platform.claims(server, nonce, custom()))}.` }),
      async ({ state, nonce }) => ({ state, token: `${encode({ alg: pick(['NONE', 'nOnE', 'RS256', 'HS256']), kid: platform.kid })}.${encode(platform.claims(server, nonce, custom()))}.${pick(['', 'AA', 'x'.repeat(342)])}` }),
      // The words were changed after they were signed.
      mangled((token) => {
        const [header, payload, signature] = token.split('.') as [string, string, string];
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
        return `${header}.${encode({ ...claims, sub: 'somebody else' })}.${signature}`;
      }),
      mangled((token) => {
        const place = Math.floor(random() * token.length);
        return token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1).replace(/.$/, '');
      }),
      mangled((token) => token.slice(0, Math.floor(random() * token.length))),
      mangled(() => pick(['', 'x', 'a.b.c', '....', '{}', 'null', `${'a'.repeat(1000)}.b.c`])),
      // Somebody else's.
      signed(() => ({ iss: pick(['https://nobody.example', `${platform.url}/`, other.url, '']) })),
      signed(() => ({ aud: pick(['another', [], ['another', 'third'], '', 'LECTERN-CLIENT', 7]) })),
      signed(() => ({ aud: ['lectern-client', 'another'] })),
      signed(() => ({ azp: pick(['another', '', 7]) })),
      async ({ state, nonce }) => ({ state, token: await other.sign({ ...other.claims(server, nonce, custom()), iss: platform.url }) }),
      async ({ state, nonce }) => ({ state, token: await other.sign(other.claims(server, nonce, custom())) }),
      async ({ nonce }) => ({ state: (await other.login(server)).state, token: await platform.sign(platform.claims(server, nonce, custom())) }),
      // Time.
      signed(() => ({ exp: now - 301 - Math.floor(random() * 1e5) })),
      signed(() => ({ iat: now - 4_000 - Math.floor(random() * 1e6) })),
      signed(() => ({ iat: now + 400 + Math.floor(random() * 1e5) })),
      signed(() => ({ exp: pick([undefined, 'soon', null, {}]) })),
      signed(() => ({ iat: pick([undefined, 'now', null]) })),
      signed(() => ({ nbf: now + 4_000 })),
      // Nonce and state.
      signed(() => ({ nonce: pick([undefined, '', 'another', 7, null, []]) })),
      async ({ state }) => ({ state, token: await platform.sign(platform.claims(server, (await platform.login(server)).nonce, custom())) }),
      async ({ nonce }) => ({ state: pick(['', 'x', 'A'.repeat(300), nonce]), token: await platform.sign(platform.claims(server, nonce, custom())) }),
      async ({ state, nonce }) => ({ state: (state[9] === 'A' ? 'B' : 'A').padStart(10, state) + state.slice(10), token: await platform.sign(platform.claims(server, nonce, custom())) }),
      async ({ state, nonce, cookie }) => ({ state, token: await platform.sign(platform.claims(server, nonce, custom())), cookie: `${cookie.slice(0, -3)}xxx` }),
      () => Promise.resolve(pick(used)),
      async () => {
        const { state, token } = pick(used);
        return { state, token };
      },
      // What is said.
      signed(() => ({ [CLAIMS.deploymentId]: pick(['another', undefined, '', 7, null, ['dep-1'], 'DEP-1', 'dep-1 ', 'x'.repeat(300)]) })),
      signed(() => ({ [CLAIMS.version]: pick(['1.1', undefined, 1.3, '1.3', 'LTI-1p0']) })),
      signed(() => ({ [CLAIMS.messageType]: pick([undefined, 'basic-lti-launch-request', 'LtiStartProctoring', 7, '']) })),
      signed(() => ({ [CLAIMS.resourceLink]: pick([undefined, ...strange]) })),
      signed(() => ({ [CLAIMS.targetLinkUri]: pick([undefined, null, 7, {}, 'x'.repeat(3_000)]) })),
      signed(() => ({ [CLAIMS.custom]: undefined, [CLAIMS.targetLinkUri]: pick(['https://evil.example/lti/launch', 'javascript:alert(1)', `${at(server)}/keys`]) })),
      signed(() => ({ [CLAIMS.roles]: pick(['Learner', 7, { a: 1 }, [7], [null]]) })),
      signed(() => ({ sub: pick(['x'.repeat(300), 'a\u0000b', 7]) })),
      signed(() => ({ [CLAIMS.context]: pick(['x', 7, [], { id: '' }]) })),
    ];

    for (let i = 0; i < 10; i++) {
      const { state, nonce, cookie } = await platform.login(server);
      const token = await platform.sign(platform.claims(server, nonce, custom()));
      assert.equal((await platform.post(server, '/lti/launch', { state, id_token: token }, cookie)).status, 303);
      used.push({ state, token, cookie });
    }

    const let_in: string[] = [];
    const codes = new Map<string, number>();
    const total = 1_000;
    for (let i = 0; i < total; i += 20) {
      await Promise.all(Array.from({ length: 20 }, async (_, j) => {
        const index = (i + j) % forgers.length;
        const login = await platform.login(server);
        const { state, token, cookie } = await forgers[index]!(login);
        const answer = await platform.post(server, '/lti/launch', { state, id_token: token }, cookie ?? pick([login.cookie, '']));
        const code = /<dt>code<\/dt><dd>([^<]*)/.exec(answer.html)?.[1];
        codes.set(code ?? String(answer.status), (codes.get(code ?? String(answer.status)) ?? 0) + 1);
        if (answer.status < 400 || answer.status >= 500 || code === undefined || answer.location !== null) let_in.push(`forger ${index}: ${answer.status} ${answer.location ?? answer.html.slice(0, 200)}`);
      }));
    }
    await other.close();
    assert.deepEqual(let_in, []);
    assert.ok(codes.size >= 6, JSON.stringify([...codes]));
    // And an honest one still gets in.
    assert.equal((await platform.launch(server, custom())).status, 303);
  });
});
