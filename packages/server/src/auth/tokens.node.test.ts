import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServerError } from '../errors.js';
import { hashSecret, SecretChecker } from './secret.js';
import { createLearnerTokens, loadTokenKey } from './tokens.js';

const claims = { tenantId: 1, actor: { account: { homePage: 'https://uni.example', name: 'a' } }, registration: 'r', courseId: 'c', launchMode: 'Normal' } as const;
const unauthorized = (error: unknown): boolean => error instanceof ServerError && error.code === 'unauthorized' && error.status === 401;

test('a token is good for an hour, a launch for twelve, each for its own use', async () => {
  let now = new Date('2026-11-23T10:00:00Z');
  const tokens = createLearnerTokens(new Uint8Array(48), () => now);
  const { token, expires } = await tokens.issue('lrs', claims);
  const launch = await tokens.issue('launch', claims);
  assert.equal(expires, '2026-11-23T11:00:00.000Z');
  assert.deepEqual(JSON.parse(JSON.stringify(await tokens.verify(token, ['lrs']))), claims);
  await assert.rejects(tokens.verify(token, ['launch']), unauthorized);
  now = new Date('2026-11-23T11:00:01Z');
  await assert.rejects(tokens.verify(token, ['lrs']), (error) => unauthorized(error) && /expired/.test((error as Error).message));
  await tokens.verify(launch.token, ['launch']);
});

test('two starts at once share one signing key, which nobody else may read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-key-'));
  const [one, two] = await Promise.all([loadTokenKey(folder, undefined), loadTokenKey(folder, undefined)]);
  assert.deepEqual(one, two);
  assert.equal((await stat(join(folder, 'token.key'))).mode & 0o077, 0);
  await rm(folder, { recursive: true });
  await assert.rejects(loadTokenKey(folder, 'short'), (error) => error instanceof ServerError && error.field === 'LECTERN_TOKEN_KEY');
});

test('secrets match their own hash alone', async () => {
  const checker = new SecretChecker();
  const hash = await hashSecret('s3cret');
  assert.notEqual(hash, await hashSecret('s3cret'));
  for (let time = 0; time < 2; time += 1) {
    assert.equal(await checker.matches('s3cret', hash), true);
    assert.equal(await checker.matches('secret', hash), false);
  }
  assert.equal(await checker.matches('', 'nonsense'), false);
});
