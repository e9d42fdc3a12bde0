import { isIPv6 } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * The address that a request came from, as limits count it: IPv6 by its /64, which is what one subscriber has.
 * @param proxyHops proxies in front of the server, each of which adds the address it saw to the end of `X-Forwarded-For`; what a client
 *   writes there itself stands before those and is not looked at
 */
export function clientAddress(c: Context, proxyHops: number): string {
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((part) => part.trim()).filter(Boolean);
  const told = proxyHops > 0 ? forwarded.at(-Math.min(proxyHops, forwarded.length)) : undefined;
  return network(told ?? socketAddress(c));
}

function socketAddress(c: Context): string {
  // A request that was made inside the process has no socket.
  return (c.env as { incoming?: unknown } | undefined)?.incoming ? (getConnInfo(c).remote.address ?? 'unknown') : 'unknown';
}

function network(address: string): string {
  const plain = address.replace(/^\[|\]$/g, '').replace(/^::ffff:(?=\d+\.)/i, '').slice(0, 60);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const full = tail === undefined ? left : [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right];
  return `${full.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}
