import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerError } from '../errors.js';
import { backoff, readRetryAfter } from './backoff.js';
import { createEndpointGuard, isPrivate } from './endpoint-guard.js';

test('an endpoint is https and of the public network, unless somebody allows more', () => {
  const strict = createEndpointGuard({ allowed: ['lrs.campus.example', '10.1.2.3'], loopback: false });
  const local = createEndpointGuard({ allowed: [], loopback: true });
  const field = (guard: typeof strict, endpoint: string): unknown => {
    try {
      return guard.check(endpoint);
    } catch (error) {
      return (error as ServerError).field === 'endpoint' && (error as ServerError).status;
    }
  };
  assert.equal(field(strict, 'https://lrs.example.edu/xapi'), 'https://lrs.example.edu/xapi/');
  for (const good of ['http://lrs.campus.example/xapi/', 'http://10.1.2.3:8080/', 'https://8.8.8.8/']) assert.equal(field(strict, good), good);
  for (const bad of [
    'http://lrs.example.edu/', 'ftp://lrs.example.edu/', 'file:///etc/passwd', 'no address', 'https://u:p@lrs.example.edu/', 'https://lrs.example.edu/?a=1', 'https://lrs.example.edu/#a',
    'https://10.0.0.1/', 'https://169.254.169.254/latest/', 'https://127.0.0.1/', 'http://localhost:9/', 'https://[::1]/', 'https://[fd00::1]/', 'https://[::ffff:10.0.0.1]/', 'https://2130706433/', 'https://0x7f.1/', 'https://0/',
  ]) assert.equal(field(strict, bad), 400, bad);
  for (const good of ['http://127.0.0.1:4173/xapi/', 'http://localhost:9/', 'http://[::1]:9/']) assert.equal(field(local, good), good);
  assert.equal(field(local, 'http://10.0.0.1/'), 400);
});

test('private is what no public name should point to', () => {
  for (const address of ['10.9.8.7', '172.31.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254', '127.9.9.9', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', 'nonsense']) assert.equal(isPrivate(address), true, address);
  for (const address of ['8.8.8.8', '172.32.0.1', '223.255.255.255', '2400:3200::1', '::ffff:8.8.8.8']) assert.equal(isPrivate(address), false, address);
});

test('a name that points into a private network is not connected to', async () => {
  const look = (guard: ReturnType<typeof createEndpointGuard>, name: string): Promise<unknown> => new Promise((resolve) => guard.lookup(name, {}, (error, address) => resolve(error?.code ?? address)));
  assert.equal(await look(createEndpointGuard({ allowed: [], loopback: false }), 'localhost'), 'EADDRREFUSED');
  assert.match(String(await look(createEndpointGuard({ allowed: ['localhost'], loopback: false }), 'localhost')), /^(127\.0\.0\.1|::1)$/);
});

test('tries again later and later, somewhere within, and never before it was asked to', () => {
  assert.deepEqual([1, 2, 3, 11, 60].map((failures) => backoff(failures, undefined, () => 1)), [1_000, 2_000, 4_000, 900_000, 900_000]);
  assert.equal(backoff(5, undefined, () => 0), 0);
  assert.equal(backoff(1, 30_000, () => 0.5), 30_500);
  assert.equal(backoff(1, 1e12, () => 0), 3_600_000);
  const now = Date.parse('2026-11-25T10:00:00Z');
  assert.equal(readRetryAfter('120', now), 120_000);
  assert.equal(readRetryAfter('Wed, 25 Nov 2026 10:00:30 GMT', now), 30_000);
  assert.equal(readRetryAfter('Wed, 25 Nov 2026 09:00:00 GMT', now), 0);
  for (const header of [undefined, 'soon', '-5x']) assert.equal(readRetryAfter(header, now), undefined);
});
