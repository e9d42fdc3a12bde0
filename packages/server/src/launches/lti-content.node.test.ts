import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSession, type Course } from '@lectern/core';
import { ltiPlugin } from '@lectern/lms/lti';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { au, importStructure } from './cmi5-au.fixture.js';

const course: Course = {
  id: 'https://p.example/lathe', title: 'Lathe', format: 'course',
  children: [{ type: 'unit', kind: 'video', id: 'watch', title: 'Watch', moveOn: 'Completed', sources: [{ src: 'a.mp4' }] }],
};

/** The content's side of an LTI launch against this server: what a launch leaves in the page is a launch token, good for `/launches/token` alone. */
describe('the LTI plugin and this server', () => {
  let server: TestServer;
  before(async () => (server = await startTestServer()));
  after(() => server.close());

  async function launched(): Promise<{ launch: string; registration: string }> {
    const id = await importStructure(server, au('a', 'moveOn="Completed"'));
    const response = await server.request('/launches', {
      method: 'POST', headers: { Authorization: server.basic, 'Content-Type': 'application/json' },
      body: JSON.stringify({ course: id, learner: { homePage: 'https://lms.example', name: 'u-7' }, returnUrl: 'https://lms.example/back' }),
    });
    const { url, registration } = (await response.json()) as { url: string; registration: string };
    return { launch: new URLSearchParams(new URL(url).hash.slice(1)).get('launch')!, registration };
  }

  const pageWith = (launch: string): Window => {
    const { origin, href } = new URL('/play/course', server.url);
    const element = { textContent: JSON.stringify({ tokenUrl: '/launches/token', launch, platform: 'Moodle' }) };
    return { document: { getElementById: () => element }, location: { origin, href, hash: '', pathname: '/play/course', search: '' } } as unknown as Window;
  };

  it('records under the launch’s learner and registration, and knows the way back', async () => {
    const { launch, registration } = await launched();
    const connection = await ltiPlugin({ window: pageWith(launch) }).connect({ course });
    assert.deepEqual([connection.registration, connection.returnUrl, connection.learner.account?.name], [registration, 'https://lms.example/back', 'u-7']);
    const session = createSession({ course, connection });
    const receipts = (['initialized', 'completed'] as const).flatMap((type) => session.dispatch({ unitId: 'watch', type }).recorded.map(({ receipt }) => receipt));
    await Promise.all(receipts.map((receipt) => receipt.reached('stored')));
    await connection.close();
    const { statements } = (await (await server.xapi(`/statements?registration=${registration}`)).json()) as { statements: { id: string }[] };
    for (const { id } of receipts) assert.ok(statements.some((one) => one.id === id));
  });

  it('is refused with a token that is none of the launches’', async () => {
    await assert.rejects(ltiPlugin({ window: pageWith('forged.token.here') }).connect({ course }), { code: 'unauthorized' });
  });
});
