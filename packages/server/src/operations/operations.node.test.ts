import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { request as send, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../config.js';
import { startTestServer, type TestServer } from '../server.fixture.js';

let server: TestServer;
before(async () => void (server = await startTestServer({ limits: { ...DEFAULT_LIMITS, requestRate: 5 } })));
after(() => server.close());

const statement = (): object => ({ id: randomUUID(), actor: { mbox: 'mailto:a@uni.example' }, verb: { id: 'https://uni.example/did' }, object: { id: 'https://uni.example/a', definition: { description: { en: 'words '.repeat(400) } } } });

/** Not `fetch`, which asks for gzip by itself and hides it. */
function raw(path: string, encoding: string, method = 'GET'): Promise<{ response: IncomingMessage; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: server.basic, 'X-Experience-API-Version': '1.0.3', 'Accept-Encoding': encoding };
    send(new URL(path, server.url), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ response, body: Buffer.concat(chunks) }));
    }).on('error', reject).end();
  });
}

test('JSON is compressed for those who accept it, with every header in place', async () => {
  assert.equal((await server.xapi('/statements', { method: 'POST', body: JSON.stringify([statement(), statement()]) })).status, 200);
  const plain = await raw('/xapi/statements', 'identity');
  assert.equal(plain.response.headers['content-encoding'], undefined);
  const packed = await raw('/xapi/statements', 'br, gzip;q=0.8');
  assert.equal(packed.response.headers['content-encoding'], 'gzip');
  assert.ok(packed.body.length < plain.body.length / 4);
  assert.deepEqual(gunzipSync(packed.body), plain.body);
  for (const name of ['x-experience-api-version', 'x-experience-api-consistent-through', 'last-modified', 'access-control-allow-origin', 'x-content-type-options', 'content-security-policy']) {
    assert.ok(packed.response.headers[name], name);
  }
  assert.equal(packed.response.headers.vary, 'Accept-Encoding');
  assert.equal((await raw('/xapi/statements', 'gzip;q=0, *')).response.headers['content-encoding'], undefined);
  assert.equal((await raw('/xapi/about', 'gzip')).response.headers['content-encoding'], undefined, 'too small');
  const head = await raw('/xapi/statements', 'gzip', 'HEAD');
  assert.equal(head.response.headers['content-encoding'], 'gzip');
  assert.equal(head.body.length, 0);
});

test('the server says whether it lives and whether it is ready', async () => {
  assert.deepEqual(await (await server.request('/healthz')).json(), { status: 'ok' });
  const ready = await server.request('/readyz');
  assert.deepEqual(await ready.json(), { status: 'ready' });
  assert.equal(ready.headers.get('cache-control'), 'no-store');
});

test('metrics are for the administrator, count what was done, and name nobody', async () => {
  assert.equal((await server.request('/metrics')).status, 401);
  const { authorization } = await server.learner('lin');
  assert.equal((await server.request('/metrics', { headers: { Authorization: authorization } })).status, 403);
  await server.xapi(`/activities/state?${new URLSearchParams({ activityId: 'https://uni.example/secret', agent: '{"mbox":"mailto:a@uni.example"}', stateId: 's' })}`);
  const response = await server.request('/metrics', { headers: { Authorization: server.basic } });
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  assert.match(text, /^lectern_statements_stored_total [2-9]$/m);
  assert.match(text, /^lectern_http_requests_total\{route="\/xapi\/statements",method="POST",status="200"\} 1$/m);
  assert.match(text, /^lectern_http_request_duration_seconds_bucket\{route="\/xapi\/statements",method="GET",le="\+Inf"\} \d+$/m);
  assert.match(text, /^lectern_statement_commit_duration_seconds_count [1-9]/m);
  for (const line of text.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+)$/);
  assert.ok(!/uni\.example|mailto|lin\b|test-key/.test(text));
});

test('credentials that ask too often are told to wait', async () => {
  const { authorization } = await server.learner('wang');
  const answers = await Promise.all(Array.from({ length: 80 }, () => server.xapi('/statements?limit=1', { authorization })));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 10 && answers.length - refused.length >= 50, `${refused.length} of 80`);
  assert.ok(Number(refused[0]!.headers.get('retry-after')) >= 1);
  assert.equal(refused[0]!.headers.get('x-experience-api-version'), '1.0.3');
  assert.equal((await server.xapi('/about', { authorization })).status, 200);
});
