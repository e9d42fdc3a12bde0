import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createApps, type Apps } from '../app.js';
import { createSeal } from '../auth/seal.js';
import { SecretChecker } from '../auth/secret.js';
import { createLearnerTokens } from '../auth/tokens.js';
import { DEFAULT_LIMITS, type ServerConfig } from '../config.js';
import { openDiskStore } from '../content/disk-content-store.js';
import { silentLog } from '../log.js';
import { startTestServer, type TestServer } from '../server.fixture.js';

const LIMIT = 1_000;
const ACTOR = { account: { homePage: 'https://lectern.example/demo', name: 'lin' } };

let server: TestServer;
let apps: Apps;
let folder: string;
let learner: string;
before(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'lectern-limits-'));
  const tenantId = (await server.db.selectFrom('tenants').select('id').executeTakeFirstOrThrow()).id;
  const tokens = createLearnerTokens(new Uint8Array(48));
  const config: ServerConfig = {
    host: '127.0.0.1', port: 1, contentPort: 2, dataDir: folder, demo: true, embedders: [],
    limits: { ...DEFAULT_LIMITS, statementsBody: LIMIT, documentBody: LIMIT, jsonBody: LIMIT, packageBody: LIMIT, demoPackageBody: LIMIT },
  };
  apps = createApps({
    config, db: server.db, databaseUrl: server.databaseUrl, seal: createSeal(new Uint8Array(48)), content: await openDiskStore(join(folder, 'content')), tokens, secrets: new SecretChecker(), tenantId, log: silentLog,
    ports: () => ({ port: 1, contentPort: 2 }), demoCourses: ['demo'], isClosing: () => false,
  });
  learner = `Bearer ${(await tokens.issue('lrs', { tenantId, actor: ACTOR, registration: randomUUID(), courseId: 'demo', launchMode: 'Normal' })).token}`;
});
after(async () => {
  await apps.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const documents = new URLSearchParams({ activityId: 'https://uni.example/a', agent: JSON.stringify(ACTOR), stateId: 's' });

/** Each route that takes a body, as the administrator, with what it needs beside the body. The key is how Hono lists it. */
const ROUTES: Readonly<Record<string, { readonly query?: string; readonly type?: string; readonly asLearner?: boolean }>> = {
  'POST /keys': {},
  'POST /keys/:key/rotate': {},
  'POST /tenants': {},
  'POST /xapi/statements': {},
  'PUT /xapi/statements': { query: `?statementId=${randomUUID()}` },
  'PUT /xapi/activities/state': { query: `?${documents}` },
  'POST /xapi/activities/state': { query: `?${documents}` },
  'PUT /xapi/activities/profile': { query: '?activityId=https://uni.example/a&profileId=p' },
  'POST /xapi/activities/profile': { query: '?activityId=https://uni.example/a&profileId=p' },
  'PUT /xapi/agents/profile': { query: `?${new URLSearchParams({ agent: JSON.stringify(ACTOR), profileId: 'p' })}` },
  'POST /xapi/agents/profile': { query: `?${new URLSearchParams({ agent: JSON.stringify(ACTOR), profileId: 'p' })}` },
  'POST /courseware': { type: 'application/zip' },
  'POST /launches': {},
  'POST /dispatches': {},
  'PATCH /dispatches/:id': {},
  'POST /dispatch/:id/launch': {},
  'POST /dispatch/:id/outcome': { asLearner: true },
  'POST /lti/platforms': {},
  'PATCH /lti/platforms/:platform': {},
  'POST /lti/invitations': {},
  'POST /lti/outcome': { asLearner: true },
  'POST /lti-platform/tools': {},
  'PATCH /lti-platform/tools/:tool': {},
  'POST /launches/token': { type: 'text/plain' },
  'POST /launches/units': { asLearner: true },
  'POST /launches/units/waivers': {},
  'POST /credits/conferrals': {},
  'POST /credits/conferrals/:id/revoke': {},
  'POST /forwarding': {},
  'PATCH /forwarding/:id': {},
  'POST /demo/token': {},
  'POST /demo/courseware': { type: 'application/zip' },
};

/** Forms that browsers and tools post, with limits of their own, and scores by a tool's token: a page or an OAuth error answers. */
const FORMS = ['POST /lti/login', 'POST /lti/launch', 'POST /lti/launch/confirm', 'POST /lti/choose', 'POST /lti/teach', 'POST /lti-platform/authorize', 'POST /lti-platform/token', 'POST /lti-platform/lineitems/:id/scores'];
/** As much as any of them takes. */
const FORM_LIMIT = 256 * 1024;

/** Those that read no body at all. */
const BODILESS = ['POST /launches/units/:sessionId/fetch', 'POST /launches/units/:sessionId/abandon', 'POST /tenants/:id/keys', 'POST /tenants/:id/suspend', 'POST /tenants/:id/resume', 'POST /forwarding/:id/pause', 'POST /forwarding/:id/resume', 'POST /forwarding/:id/retry'];

test('every route that takes a body refuses one beyond its limit, announced or not', async () => {
  const taking = [...new Set(apps.main.routes.filter(({ method }) => ['POST', 'PUT', 'PATCH'].includes(method)).map(({ method, path }) => `${method} ${path}`))];
  assert.deepEqual(taking.filter((route) => !BODILESS.includes(route) && !FORMS.includes(route)).sort(), Object.keys(ROUTES).sort(), 'a new route belongs into this table');
  for (const [route, { query = '', type = 'application/json', asLearner = false }] of Object.entries(ROUTES)) {
    const [method = '', path = ''] = route.split(' ');
    for (const announced of [true, false]) {
      const headers = new Headers({ 'Content-Type': type, 'X-Experience-API-Version': '1.0.3', Host: 'localhost:1', Authorization: asLearner ? learner : server.basic });
      // The launch's token may come in the body, which is read where no header has it.
      if (route === 'POST /launches/token') headers.delete('Authorization');
      if (announced) headers.set('Content-Length', String(LIMIT + 1));
      const response = await apps.main.request(path.replace(/:\w+/, 'x') + query, { method, headers, body: new Blob(['x'.repeat(LIMIT + 1)]).stream(), duplex: 'half' } as RequestInit);
      assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [413, 'too-large'], `${route} ${announced ? 'announced' : 'streamed'}`);
    }
  }
});

test('every form refuses one that has no end', async () => {
  for (const route of FORMS) {
    const response = await apps.main.request(route.replace('POST ', ''), { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', Host: 'localhost:1' }, body: new Blob(['a='.padEnd(FORM_LIMIT + 10, 'x')]).stream(), duplex: 'half' } as RequestInit);
    assert.ok([400, 401, 413].includes(response.status), `${route} ${response.status}`);
  }
});
