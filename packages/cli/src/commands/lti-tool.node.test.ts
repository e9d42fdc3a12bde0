import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readConfig, silentLog, startServer, type RunningServer } from '@lectern/server';
import { lectern } from '../command.fixture.js';

let folder: string;
let server: RunningServer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-cli-lti-'));
  await chmod(folder, 0o755);
  server = await startServer(readConfig({ LECTERN_DATA: folder, PORT: '0', CONTENT_PORT: '0', LECTERN_DEMO: 'off' }), { log: silentLog });
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test('a tool is added with its address or its key, listed, shown and removed', { timeout: 120_000 }, async () => {
  const at = ['--url', server.url, '--data', folder];
  const lti = (...args: string[]): ReturnType<typeof lectern> => lectern('lti-tool', ...args);
  const place = ['--login', 'https://tool.example/login', '--redirect', 'https://tool.example/launch'];
  const added = await lti('add', 'quizzes', ...place, 'https://tool.example/other', '--jwks', 'https://tool.example/jwks', '--scope', 'scores', 'roster', ...at);
  assert.equal(added.code, 0, added.err);
  assert.match(added.out, /^quizzes\n {2}Platform ID \(issuer\) +http:\/\/127\.0\.0\.1:\d+\n {2}Client ID +\S+\n {2}Deployment ID +\S+\n {2}Authentication request URL +\S+\/lti-platform\/authorize\n/);
  assert.match(added.out, /Services +scores roster\n {2}Learners +pseudonym\n$/);
  const pem = join(folder, 'key.pem');
  await writeFile(pem, generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }));
  const keyed = await lti('add', 'keyed', ...place, '--public-key', pem, '--identity', 'account', '--json', ...at);
  assert.equal(keyed.code, 0, keyed.err);
  const { clientId, identity } = JSON.parse(keyed.out) as { clientId: string; identity: string };
  assert.equal(identity, 'account');

  assert.match((await lti('list', ...at)).out, /^NAME +CLIENT ID +LOGIN +SERVICES +LEARNERS\nkeyed .*line-items results scores +account\nquizzes .*scores roster +pseudonym\n$/);
  assert.match((await lti('show', clientId, ...at)).out, /^keyed\n/);
  for (const [args, said] of [
    [['add', 'quizzes', ...place, '--jwks', 'https://tool.example/jwks', ...at], /\[conflict, at name\]/],
    [['add', 'x', ...place, ...at], /\[option-invalid, at --jwks\]/],
    [['add', 'x', ...place, '--public-key', join(folder, 'none.pem'), ...at], /file-unreadable/],
    [['add', 'x', '--login', 'http://tool.example/', '--redirect', 'https://tool.example/', '--jwks', 'https://tool.example/', ...at], /\[body-invalid, at loginUrl\]/],
    [['show', 'nobody', ...at], /\[not-found, at tool\]/],
  ] as const) {
    const { code, err } = await lti(...args);
    assert.equal(code, 1);
    assert.match(err, said);
  }
  assert.equal((await lti('add', 'x', ...place, '--jwks', 'https://tool.example/', '--scope', 'everything', ...at)).code, 2);
  assert.equal((await lti('add', 'x', ...at)).code, 2);
  assert.match((await lti('remove', 'keyed', ...at)).out, /^keyed is launched no more\.\n$/);
  assert.doesNotMatch((await lti('list', ...at)).out, /keyed/);
});

test('a tool is edited, and keeps its ids', { timeout: 120_000 }, async () => {
  const at = ['--url', server.url, '--data', folder];
  const lti = (...args: string[]): ReturnType<typeof lectern> => lectern('lti-tool', ...args);
  const place = ['--login', 'https://tool.example/login', '--redirect', 'https://tool.example/launch', '--jwks', 'https://tool.example/keys'];
  const [added] = await Promise.all([lti('add', 'edited', ...place, '--json', ...at), lti('add', 'neighbour', ...place, ...at)]);
  const { clientId } = JSON.parse(added.out) as { clientId: string };
  const edited = await lti('edit', 'edited', '--identity', 'pseudonym', '--scope', 'scores', '--redirect', 'https://tool.example/new', '--target', 'https://tool.example/t', '--json', ...at);
  assert.equal(edited.code, 0, edited.err);
  const now = JSON.parse(edited.out) as { clientId: string; identity: string; scopes: string[]; redirectUris: string[]; targetLinkUri?: string };
  assert.deepEqual([now.clientId, now.identity, now.scopes.length, now.redirectUris, now.targetLinkUri], [clientId, 'pseudonym', 1, ['https://tool.example/new'], 'https://tool.example/t']);
  const bare = await lti('edit', clientId, '--no-target', '--jwks', 'https://tool.example/jwks', '--json', ...at);
  assert.equal((JSON.parse(bare.out) as { targetLinkUri?: string }).targetLinkUri, undefined);
  const wrong = [
    [['edit', 'edited', ...at], /Say what is to be changed.*option-invalid/],
    [['edit', 'edited', '--name', 'neighbour', ...at], /\[conflict, at name\]/],
    [['edit', 'edited', '--login', 'http://tool.example/', ...at], /\[body-invalid, at loginUrl\]/],
    [['edit', 'nobody', '--identity', 'account', ...at], /\[not-found, at tool\]/],
  ] as const;
  await Promise.all(wrong.map(async ([args, said]) => {
    const { code, err } = await lti(...args);
    assert.equal(code, 1);
    assert.match(err, said);
  }));
});
