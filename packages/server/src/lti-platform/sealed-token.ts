import type { Seal } from '../auth/seal.js';
import { ServerError } from '../errors.js';

/** What the platform's sealed tokens are good for; one opens nothing of another's. */
export type TokenPurpose = 'hint' | 'return' | 'access';

/** Encrypted and authenticated (AES-256-GCM): nobody but this server can make, change or read one. */
export interface SealedTokens<Purpose extends string = TokenPurpose> {
  /** @param lifetime seconds */
  issue(purpose: Purpose, claims: object, lifetime: number): string;
  /** @throws ServerError `unauthorized`, in words that tell a stale token from a foreign one */
  open(purpose: Purpose, token: string): Readonly<Record<string, unknown>>;
}

const MAX_LENGTH = 4_096;

export interface SealedTokenOptions {
  /** Whose they are: no other's tokens open. Default `lti-platform`. */
  readonly owner?: string;
  /** Characters. Default 4,096. */
  readonly longest?: number;
}

export class StaleToken extends ServerError {}

/** @param now milliseconds since 1970 */
export function createSealedTokens<Purpose extends string = TokenPurpose>(seal: Seal, now: () => number = Date.now, { owner = 'lti-platform', longest = MAX_LENGTH }: SealedTokenOptions = {}): SealedTokens<Purpose> {
  const bound = (purpose: Purpose): string => `${owner} ${purpose}`;
  return {
    issue: (purpose, claims, lifetime) => seal.close(JSON.stringify({ ...claims, exp: Math.floor(now() / 1000) + lifetime }), bound(purpose)).toString('base64url'),
    open(purpose, token) {
      let claims: Readonly<Record<string, unknown>>;
      try {
        const bytes = Buffer.from(token.slice(0, longest), 'base64url');
        // One writing of each alone: decoders overlook what does not belong.
        if (bytes.toString('base64url') !== token) throw new TypeError('no token');
        claims = JSON.parse(seal.open(bytes, bound(purpose))) as typeof claims;
      } catch {
        throw new ServerError('unauthorized', 'The token is not one of this server’s.');
      }
      if ((claims['exp'] as number) * 1000 <= now()) throw new StaleToken('unauthorized', 'The token has expired.');
      return claims;
    },
  };
}
