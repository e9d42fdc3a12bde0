import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { clientAddress } from './client-address.js';

async function addressOf(forwarded: string | undefined, hops: number, remote?: string): Promise<string> {
  const app = new Hono();
  app.get('/', (c) => c.text(clientAddress(c, hops)));
  const env = remote === undefined ? {} : { incoming: { socket: { remoteAddress: remote, remotePort: 1, remoteFamily: 'IPv4' } } };
  return (await app.request('/', forwarded === undefined ? {} : { headers: { 'X-Forwarded-For': forwarded } }, env)).text();
}

test('what a client says of its own address is believed of proxies alone', async () => {
  const cases: [string | undefined, number, string | undefined, string][] = [
    ['1.2.3.4', 0, '10.0.0.1', '10.0.0.1'],
    ['1.2.3.4', 1, '10.0.0.1', '1.2.3.4'],
    ['6.6.6.6, 1.2.3.4', 1, '10.0.0.1', '1.2.3.4'],
    ['6.6.6.6, 1.2.3.4, 10.0.0.2', 2, '10.0.0.1', '1.2.3.4'],
    ['1.2.3.4', 3, '10.0.0.1', '1.2.3.4'],
    [undefined, 1, '10.0.0.1', '10.0.0.1'],
    [' , ', 1, '10.0.0.1', '10.0.0.1'],
    [undefined, 0, undefined, 'unknown'],
    [undefined, 0, '::ffff:10.0.0.1', '10.0.0.1'],
    [undefined, 0, '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    [undefined, 0, '2001:db8:1:2::9', '2001:db8:1:2::/64'],
    [undefined, 0, '2001:DB8::9', '2001:db8:0:0::/64'],
    [undefined, 0, '::1', '0:0:0:0::/64'],
    ['x'.repeat(500), 1, '10.0.0.1', 'x'.repeat(60)],
  ];
  for (const [forwarded, hops, remote, expected] of cases) assert.equal(await addressOf(forwarded, hops, remote), expected, `${forwarded} ${hops} ${remote}`);
});
