import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ACTIVITY, AGENT, attach, iri, jsonPart, make, multipart, person, startConformance, type Json } from './requirement.fixture.js';

/* xAPI Communication 1.1–1.5, 2.4–2.5, 2.8, 3.2–4.0: how one speaks with the LRS. */
const { requirement } = startConformance();

const BASIC = `Basic ${Buffer.from('test-key:test-secret').toString('base64')}`;

const GETS = (): readonly (readonly [string, Json])[] => [
  ['/statements', { limit: '1' }], ['/activities/state', { activityId: iri('x'), agent: AGENT }], ['/activities/profile', { activityId: iri('x') }],
  ['/agents/profile', { agent: person() }], ['/activities', { activityId: ACTIVITY.id }], ['/agents', { agent: AGENT }], ['/about', {}],
];

requirement('00125-00126', 'HEAD answers as GET does, without a body', async (lrs) => {
  for (const [path, query] of GETS()) {
    const [get, head] = [await lrs.expect(200, 'GET', path, { query }), await lrs.expect(200, 'HEAD', path, { query })];
    assert.equal(await head.text(), '');
    for (const name of ['content-type', 'x-experience-api-version', 'last-modified', 'etag']) assert.equal(head.headers.get(name), get.headers.get(name), `${path} ${name}`);
  }
  await lrs.expect(404, 'HEAD', '/statements', { query: { statementId: randomUUID() } });
  await lrs.expect(400, 'HEAD', '/statements', { query: { limit: 'x' } });
});

/** The form of the alternate syntax. */
const form = (fields: Record<string, string>, headers: Record<string, string> = {}): { body: string; headers: Record<string, string> } => ({
  body: new URLSearchParams(fields).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
});

requirement('00148, 00336', 'the alternate request syntax of 1.0.x', async (lrs) => {
  const { id, ...body } = make({ object: { id: iri('alternate') } });
  const content = JSON.stringify(body);
  const post = (method: string, fields: Record<string, string>, headers = {}, status = 200): Promise<Response> => lrs.expect(status, 'POST', '/statements', { query: { method }, ...form(fields, headers) });
  await post('PUT', { statementId: id, content }, {}, 204);
  assert.equal(((await (await post('GET', { statementId: id })).json()) as Json)['id'], id);
  assert.ok(((await (await post('GET', { limit: '1' })).json()) as Json)['statements']);
  const bare = { Authorization: '', 'X-Experience-API-Version': '' };
  await post('GET', { limit: '1', 'x-experience-api-version': '1.0.3', authorization: BASIC }, bare);
  await post('GET', { limit: '1', 'X-Experience-API-Version': '1.0.3' }, bare, 401);
  await post('GET', { limit: '1', Authorization: BASIC }, bare, 400);
  await post('GET', { limit: '1', 'X-Experience-API-Version': '0.8' }, {}, 400);
  await post('PUT', { statementId: randomUUID() }, {}, 400);
  await post('GET', { limit: '1', other: 'x' }, {}, 400);
  await post('PATCH', { content }, {}, 400);
  await lrs.expect(400, 'POST', '/statements', { query: { method: 'PUT', statementId: randomUUID() }, ...form({ content }) });
  await lrs.expect(400, 'PUT', '/statements', { query: { method: 'POST' }, ...form({ content }) });
  await lrs.expect(400, 'POST', '/statements', { query: { method: 'PUT' }, body: JSON.stringify({ statementId: id, content }), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  const state = { activityId: iri('s'), agent: JSON.stringify(AGENT), stateId: 's' };
  const alternate = (method: string, more: Record<string, string>, status: number): Promise<Response> => lrs.expect(status, 'POST', '/activities/state', { query: { method }, ...form({ ...state, ...more }) });
  await alternate('PUT', { content: '中文 & more', 'Content-Type': 'text/plain; charset=utf-8', 'If-None-Match': '*' }, 204);
  await alternate('PUT', { content: 'x', 'If-None-Match': '*', 'Content-Type': 'text/plain' }, 412);
  const read = await alternate('GET', {}, 200);
  assert.equal(await read.text(), '中文 & more');
  assert.equal(read.headers.get('content-type'), 'text/plain; charset=utf-8');
  await alternate('DELETE', {}, 204);
  await alternate('GET', {}, 404);
}, ['1.0.3']);

requirement('00336', '2.0 has no alternate request syntax', async (lrs) => {
  const content = JSON.stringify(make({ id: undefined }));
  for (const method of ['GET', 'PUT', 'POST', 'DELETE']) await lrs.expect(400, 'POST', '/statements', { query: { method }, ...form({ content, statementId: randomUUID() }) });
  await lrs.expect(400, 'POST', '/statements', { query: { method: 'GET' }, ...form({ 'X-Experience-API-Version': '2.0.0', Authorization: BASIC }, { 'X-Experience-API-Version': '', Authorization: '' }) });
}, ['2.0.0']);

requirement('00127-00138', 'content types and multipart requests', async (lrs) => {
  const { described, part } = attach('octets');
  const send = (status: number, ...args: Parameters<typeof multipart>): Promise<Response> => lrs.expect(status, 'POST', '/statements', multipart(...args));
  const statement = (attachments: Json[] = [described]): Json => make({ attachments });
  await send(200, [jsonPart(statement()), part]);
  await send(200, [jsonPart([statement(), statement()]), part]);
  await lrs.store(statement([{ ...described, fileUrl: 'https://uni.example/f' }]));
  await lrs.expect(400, 'POST', '/statements', { body: statement() });
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=a-boundary-0']) await send(400, [jsonPart(statement()), part], type);
  await send(400, [jsonPart(statement()), part], 'multipart/mixed');
  await send(400, [jsonPart(statement()), part], 'multipart/mixed; boundary=another');
  await send(400, [jsonPart(statement())]);
  await send(400, [jsonPart(make()), part]);
  await send(400, [part, jsonPart(statement())]);
  await send(400, [jsonPart(statement()), jsonPart(statement()), part]);
  await send(400, [{ headers: { 'Content-Type': 'text/plain' }, body: JSON.stringify(statement()) }, part]);
  for (const name of ['Content-Transfer-Encoding', 'X-Experience-API-Hash']) {
    await send(400, [jsonPart(statement()), { ...part, headers: Object.fromEntries(Object.entries(part.headers).filter(([key]) => key !== name)) }]);
  }
  await send(400, [jsonPart(statement()), { ...part, headers: { ...part.headers, 'Content-Transfer-Encoding': 'base64' } }]);
  await send(400, [jsonPart(statement()), { ...part, body: 'others' }]);
});

requirement('00236-00249', 'agents: a Person of arrays', async (lrs) => {
  const agent = { objectType: 'Agent', name: 'Lin', mbox: `mailto:${randomUUID()}@uni.example` };
  await lrs.store(make({ actor: agent }));
  await lrs.store(make({ actor: { ...agent, name: '林' } }));
  const found = (await (await lrs.expect(200, 'GET', '/agents', { query: { agent: { mbox: agent.mbox } } })).json()) as Json;
  assert.deepEqual({ ...found, name: [...(found['name'] as string[])].sort() }, { objectType: 'Person', name: ['Lin', '林'], mbox: [agent.mbox] });
  for (const identifier of [{ mbox_sha1sum: 'a'.repeat(40) }, { openid: iri('o') }, person()]) {
    const expected = Object.fromEntries(Object.entries(identifier).map(([key, value]) => [key, [value as unknown]]));
    assert.deepEqual(await (await lrs.expect(200, 'GET', '/agents', { query: { agent: identifier } })).json(), { objectType: 'Person', ...expected });
  }
  await lrs.expect(400, 'GET', '/agents');
  for (const bad of ['x', '{', {}, { mbox: 'x' }, { objectType: 'Activity', id: iri('x') }]) await lrs.expect(400, 'GET', '/agents', { query: { agent: bad } });
});

requirement('00250-00254', 'activities: all that statements said of one', async (lrs) => {
  const id = iri('activity');
  await lrs.store(make({ object: { id, definition: { name: { en: 'One' }, type: iri('type') } } }));
  await lrs.store(make({ object: { id, definition: { name: { 'zh-CN': '一' }, description: { en: 'first' } } } }));
  const activity = (await (await lrs.expect(200, 'GET', '/activities', { query: { activityId: id } })).json()) as { definition: Json };
  assert.deepEqual(activity.definition['name'], { en: 'One', 'zh-CN': '一' });
  assert.deepEqual(activity.definition['description'], { en: 'first' });
  const unknown = iri('unknown');
  assert.deepEqual(await (await lrs.expect(200, 'GET', '/activities', { query: { activityId: unknown } })).json(), { objectType: 'Activity', id: unknown });
  await lrs.expect(400, 'GET', '/activities');
});

requirement('00315-00320', 'about lists the versions, to anybody', async (lrs) => {
  for (const version of ['', lrs.version, '7.0']) {
    const about = (await (await lrs.expect(200, 'GET', '/about', { headers: { Authorization: '', 'X-Experience-API-Version': version } })).json()) as { version: string[]; extensions: Json };
    assert.deepEqual(Object.keys(about).sort(), ['extensions', 'version']);
    assert.ok(about.version.includes('1.0.3') && about.version.includes('2.0.0'));
  }
});

requirement('00321, 00330-00331, 00333', 'the version is negotiated for each request, and named in each answer', async (lrs) => {
  const named = async (asked: string, status: number): Promise<string | null> => {
    const response = await lrs.expect(status, 'GET', '/statements', { query: { limit: '1' }, headers: { 'X-Experience-API-Version': asked } });
    return response.headers.get('x-experience-api-version');
  };
  for (const asked of lrs.version === '1.0.3' ? ['1.0', '1.0.0', '1.0.1', '1.0.3', '1.0.99'] : ['2.0', '2.0.0', '2.0.1']) assert.equal(await named(asked, 200), lrs.version);
  for (const asked of ['0.8', '0.95', '1.1.0', '1', '2', '2.1.0', '3.0.0', 'x', '1.0.3, 2.0.0']) assert.ok(await named(asked, 400));
  // None is 0.9, the version before the header; we are no 0.9 LRS (3.3).
  assert.equal(await named('', 400), '0.9');
  for (const [path, query] of GETS()) {
    if (path !== '/about') await lrs.expect(400, 'GET', path, { query, headers: { 'X-Experience-API-Version': '' } });
    assert.equal((await lrs.ask('GET', path, { query })).headers.get('x-experience-api-version'), lrs.version);
  }
  for (const response of [await lrs.expect(404, 'GET', '/statements', { query: { statementId: randomUUID() } }), await lrs.expect(401, 'GET', '/statements', { headers: { Authorization: '' } })]) {
    assert.equal(response.headers.get('x-experience-api-version'), lrs.version);
  }
});

requirement('00323-00325', 'unknown parameters are refused, and those of another case', async (lrs) => {
  for (const [path, query] of GETS()) {
    if (path === '/about') continue;
    await lrs.expect(400, 'GET', path, { query: { ...query, foo: 'x' } });
    for (const [name, value] of Object.entries(query)) await lrs.expect(400, 'GET', path, { query: { ...query, [name.toUpperCase()]: value } });
  }
  await lrs.expect(400, 'POST', '/statements', { query: { statementId: randomUUID() }, body: make() });
  await lrs.expect(400, 'PUT', '/statements', { query: { StatementId: randomUUID() }, body: make({ id: undefined }) });
});

requirement('00328-00329', 'what is too large is 413', async (lrs) => {
  await lrs.expect(413, 'POST', '/statements', { body: Buffer.alloc(17 * 1024 * 1024, 32) });
});

requirement('00334-00335', 'Basic authentication, and 401 without it', async (lrs) => {
  await lrs.expect(200, 'GET', '/statements', { query: { limit: '1' }, headers: { Authorization: BASIC } });
  for (const pair of ['test-key:wrong', 'nobody:test-secret', 'test-key', ':']) {
    await lrs.expect(401, 'GET', '/statements', { headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` } });
  }
  for (const authorization of ['', 'Basic', 'Basic !', 'Digest x']) {
    const refused = await lrs.expect(401, 'POST', '/statements', { body: make(), headers: { Authorization: authorization } });
    assert.ok(refused.headers.get('www-authenticate'));
  }
});
