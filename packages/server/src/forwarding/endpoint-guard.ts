import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isLoopback } from '../config.js';
import { ServerError } from '../errors.js';

/** Where the server may be told to send statements: without it, whoever holds a key could reach into the server's own network. */
export interface EndpointGuard {
  /**
   * @returns the address with a slash at its end
   * @throws ServerError `body-invalid`
   */
  check(endpoint: string): string;
  /** Names may change where they point: each connection is looked at again. Its error has the code `EADDRREFUSED`. */
  readonly lookup: LookupFunction;
}

export interface EndpointGuardOptions {
  /** Hosts that may be asked over http, and whose addresses may be private. */
  readonly allowed: readonly string[];
  /** Whether this machine's own addresses are fine: where the server itself is for this machine alone. */
  readonly loopback: boolean;
}

export function createEndpointGuard({ allowed, loopback }: EndpointGuardOptions): EndpointGuard {
  const isTrusted = (host: string): boolean => allowed.includes(host.toLowerCase()) || (loopback && isLoopback(host));
  return {
    check(endpoint) {
      const refuse = (message: string): never => {
        throw new ServerError('body-invalid', message, { field: 'endpoint' });
      };
      const url = URL.canParse(endpoint) ? new URL(endpoint) : refuse('The endpoint is not an address such as https://lrs.example.edu/xapi/.');
      if (url.username || url.password || url.search || url.hash) refuse('The endpoint may hold no credentials, no query and no fragment.');
      const host = bare(url.hostname);
      if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isTrusted(host))) refuse('The endpoint must be https, unless LECTERN_FORWARD_ALLOW names its host.');
      if (isIP(host) && isPrivate(host) && !isTrusted(host)) refuse('The endpoint is an address of a private network; LECTERN_FORWARD_ALLOW must name it.');
      if (isLoopback(host) && !isTrusted(host)) refuse('The endpoint is this machine itself; LECTERN_FORWARD_ALLOW must name it.');
      return url.href.endsWith('/') ? url.href : `${url.href}/`;
    },
    lookup(hostname, options, callback) {
      resolveName(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
        if (error) return callback(error, '');
        const good = isTrusted(bare(hostname)) ? found : found.filter(({ address }) => !isPrivate(address));
        const [first] = good;
        if (!first) return callback(Object.assign(new Error('The name points into a private network.'), { code: 'EADDRREFUSED' }), '');
        if (options.all) callback(null, good);
        else callback(null, first.address, first.family);
      });
    },
  };
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/** Not of the public Internet: RFC 6890's registries, and what embeds such an IPv4 address. */
export function isPrivate(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  return SPECIAL.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

const SPECIAL = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3],
] as const) SPECIAL.addSubnet(network, bits, 'ipv4');
// A mapped address (::ffff:0:0/96) is judged by Node as the IPv4 address it is; NAT64 and 6to4 are refused whole.
for (const [network, bits] of [['::', 127], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['100::', 64], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8]] as const) {
  SPECIAL.addSubnet(network, bits, 'ipv6');
}
