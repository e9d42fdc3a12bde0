import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { NoAnswer, type HttpClient } from '../forwarding/http-client.js';

/** Sets of keys that are kept; more are fetched again. */
const MOST = 1_000;

/** Keys that were fetched are kept for a while; one that is not among them is looked for, at most twice a minute. */
export function createRemoteKeys(client: HttpClient): (url: string) => JWTVerifyGetKey {
  const remote = new Map<string, JWTVerifyGetKey>();
  const fetchKeys = async (url: string, { signal }: { signal?: AbortSignal | null } = {}): Promise<Response> => {
    const answer = await client.send(url, { method: 'GET', headers: { Accept: 'application/jwk-set+json, application/json' }, signal: signal ?? AbortSignal.timeout(10_000) });
    if (answer.status !== 200) throw new NoAnswer('unreachable', `The address answers ${answer.status}.`);
    return new Response(new Uint8Array(answer.body), { status: 200, headers: { 'Content-Type': 'application/json' } });
  };
  return (url) => {
    let keys = remote.get(url);
    if (!keys) {
      if (remote.size >= MOST) remote.clear();
      remote.set(url, (keys = createRemoteJWKSet(new URL(url), { [customFetch]: fetchKeys, cooldownDuration: 30_000, cacheMaxAge: 600_000, timeoutDuration: 10_000 })));
    }
    return keys;
  };
}
