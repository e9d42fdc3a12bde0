import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readConfig, silentLog, startServer, type RunningServer } from '@lectern/server';
import { lectern } from '../command.fixture.js';

let folder: string;
let server: RunningServer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-cli-platform-'));
  await chmod(folder, 0o755);
  server = await startServer(readConfig({ LECTERN_DATA: folder, PORT: '0', CONTENT_PORT: '0', LECTERN_DEMO: 'off' }), { log: silentLog });
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test('a platform is invited or added, listed, shown, changed and removed', { timeout: 120_000 }, async () => {
  const at = ['--url', server.url, '--data', folder];
  const lti = (...args: string[]): ReturnType<typeof lectern> => lectern('lti-platform', ...args);
  assert.match((await lti('list', ...at)).out, /^No platform is registered/);
  assert.match((await lti('invite', 'Moodle', ...at)).out, /^http:\/\/127\.0\.0\.1:\d+\/lti\/register\?invitation=[\w-]{32}\n.*good once/);
  const facts = ['--issuer', 'https://moodle.example', '--auth', 'https://moodle.example/auth', '--token', 'https://moodle.example/token', '--jwks', 'https://moodle.example/certs'];
  const added = await lti('add', 'Moodle', ...facts, '--client', 'c-1', '--deployment', '1', '2', ...at);
  assert.equal(added.code, 0, added.err);
  assert.match(added.out, /^Moodle\n {2}Issuer +https:\/\/moodle\.example\n {2}Client ID +c-1\n {2}Deployments +1 2\n {2}Tool URL \(target link URI\) +\S+\/lti\/launch\n {2}Login initiation URL +\S+\/lti\/login\n/);
  assert.match((await lti('list', ...at)).out, /^NAME +ISSUER +CLIENT ID +DEPLOYMENTS\nMoodle +https:\/\/moodle\.example +c-1 +1 2\n$/);
  assert.match((await lti('change', 'Moodle', '--deployment', '*', ...at)).out, /Deployments +\*\n/);
  assert.match((await lti('show', 'Moodle', ...at)).out, /Learners +0\n {2}Scores that wait +0\n$/);
  for (const [args, said] of [
    [['add', 'Moodle', ...facts, '--client', 'c-2', '--deployment', '1', ...at], /\[conflict, at name\]/],
    [['add', 'x', ...facts, '--client', 'c-1', '--deployment', '1', ...at], /\[conflict, at clientId\]/],
    [['show', 'nobody', ...at], /\[not-found, at platform\]/],
  ] as const) {
    const { code, err } = await lti(...args);
    assert.equal(code, 1);
    assert.match(err, said);
  }
  assert.equal((await lti('add', 'x', ...at)).code, 2);
  assert.match((await lti('remove', 'Moodle', ...at)).out, /^Moodle launches no more\.\n$/);
});
