import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyPrincipal } from '../auth/principal.js';
import { ServerError } from '../errors.js';
import { createRateLimit } from './rate-limit.js';

const key = (name: string): KeyPrincipal => ({ kind: 'key', tenantId: 1, key: name, scopes: ['all'] });

test('a key may burst, then goes at its rate; others are not held up', () => {
  let now = 0;
  const limit = createRateLimit({ rate: 2, burst: 3, now: () => now });
  const refused = (name: string): number | undefined => {
    try {
      limit(key(name));
      return undefined;
    } catch (error) {
      assert.ok(error instanceof ServerError);
      assert.equal(error.status, 429);
      return error.retryAfter;
    }
  };
  assert.deepEqual([refused('a'), refused('a'), refused('a'), refused('a')], [undefined, undefined, undefined, 1]);
  assert.equal(refused('b'), undefined);
  now += 500;
  assert.deepEqual([refused('a'), refused('a')], [undefined, 1]);
  now += 60_000;
  assert.deepEqual([refused('a'), refused('a'), refused('a'), refused('a')], [undefined, undefined, undefined, 1]);
});
