import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newUuid, type Agent, type LaunchMode } from '@lectern/core';
import { errors, jwtVerify, SignJWT } from 'jose';
import { agentKey } from '../database/keys.js';
import { ServerError } from '../errors.js';
import type { LearnerPrincipal } from './principal.js';

/** `lrs`: what a page sends with each request. `launch`: what a launch address carries; good for fetching `lrs` tokens only. */
export type TokenUse = 'lrs' | 'launch';

export interface LearnerClaims {
  readonly tenantId: number;
  readonly actor: Agent;
  readonly registration?: string | undefined;
  readonly courseId?: string | undefined;
  readonly launchMode: LaunchMode;
  readonly returnUrl?: string | undefined;
}

export interface IssuedToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expires: string;
}

/** Signed learner tokens: JWT, HS256. */
export interface LearnerTokens {
  issue(use: TokenUse, claims: LearnerClaims): Promise<IssuedToken>;
  /** @throws ServerError `unauthorized` */
  verify(token: string, uses: readonly TokenUse[]): Promise<LearnerClaims>;
}

/** Seconds. A page asks again before an `lrs` token ends; a launch lasts a long study day. */
const LIFETIME: Readonly<Record<TokenUse, number>> = { lrs: 3_600, launch: 12 * 3_600 };
const ISSUER = 'lectern';

export function createLearnerTokens(key: Uint8Array, now: () => Date = () => new Date()): LearnerTokens {
  return {
    async issue(use, { tenantId, actor, registration, courseId, launchMode, returnUrl }) {
      const issuedAt = Math.floor(now().getTime() / 1000);
      const expires = issuedAt + LIFETIME[use];
      const token = await new SignJWT({ tid: tenantId, act: actor, reg: registration, crs: courseId, mode: launchMode, ret: returnUrl })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setIssuer(ISSUER).setAudience(use).setJti(newUuid()).setIssuedAt(issuedAt).setExpirationTime(expires).sign(key);
      return { token, expires: new Date(expires * 1000).toISOString() };
    },
    async verify(token, uses) {
      try {
        const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], issuer: ISSUER, audience: [...uses], currentDate: now() });
        return readClaims(payload);
      } catch (cause) {
        if (cause instanceof errors.JWTExpired) throw new ServerError('unauthorized', 'The token has expired; ask for another.', { field: 'Authorization', cause });
        if (cause instanceof errors.JOSEError || cause instanceof TypeError) throw new ServerError('unauthorized', 'The token is not one of this server’s.', { field: 'Authorization' });
        throw cause;
      }
    },
  };
}

/** What we signed has the shape we gave it. */
function readClaims(payload: Readonly<Record<string, unknown>>): LearnerClaims {
  return {
    tenantId: payload['tid'] as number,
    actor: payload['act'] as Agent,
    registration: payload['reg'] as string | undefined,
    courseId: payload['crs'] as string | undefined,
    launchMode: payload['mode'] as LaunchMode,
    returnUrl: payload['ret'] as string | undefined,
  };
}

export function learnerOf({ tenantId, actor, registration, courseId, launchMode }: LearnerClaims): LearnerPrincipal {
  return {
    kind: 'learner',
    tenantId,
    actor,
    actorKey: agentKey(tenantId, actor)!,
    launchMode,
    ...(registration === undefined ? {} : { registration }),
    ...(courseId === undefined ? {} : { courseId }),
  };
}

/** The signing key: `LECTERN_TOKEN_KEY` (at least 32 characters; all processes of a cluster share it), or one kept in the data folder. */
export async function loadTokenKey(dataDir: string, given: string | undefined): Promise<Uint8Array> {
  if (given !== undefined) {
    if (given.length < 32) throw new ServerError('config-invalid', 'LECTERN_TOKEN_KEY must have at least 32 characters.', { field: 'LECTERN_TOKEN_KEY' });
    return new TextEncoder().encode(given);
  }
  const file = join(dataDir, 'token.key');
  // "wx": of two processes that start at once, one makes the key and the other reads it.
  await writeFile(file, randomBytes(48).toString('base64'), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return Buffer.from(await readFile(file, 'utf8'), 'base64');
}
