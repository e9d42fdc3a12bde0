import type { Agent } from '@lectern/core';
import type { Context } from 'hono';
import { errors } from 'jose';
import type { FailedSignIns } from '../audit/failed-sign-ins.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import type { FailureLimit } from '../http/rate-limit.js';
import { findKeySecrets } from './api-keys.js';
import type { KeyPrincipal, Principal, Scope, UnitPrincipal } from './principal.js';
import { digestOf, hashSecret, newSecret, sameDigest, type SecretChecker } from './secret.js';
import { requireOpenTenant, suspendedTenant } from './tenants.js';
import { learnerOf, type LearnerClaims, type LearnerTokens, type TokenUse } from './tokens.js';

/** How the `Authorization` header of a request becomes a principal. The credentials decide the tenant; nothing else does. */
export interface Authenticator {
  /** @throws ServerError `unauthorized`, `too-many-requests`, `tenant-suspended` */
  (c: Context): Promise<Principal>;
}

export interface AuthenticatorServices {
  readonly db: Db;
  readonly tokens: LearnerTokens;
  readonly secrets: SecretChecker;
  readonly failures: FailureLimit;
  readonly signIns: FailedSignIns;
  readonly addressOf: (c: Context) => string;
  /** What one set of credentials may ask; absent: as much as it likes. */
  readonly limit?: ((principal: Principal) => void) | undefined;
}

/** Names of unit sessions' credentials begin with this; no key may. */
export const UNIT_KEY_PREFIX = 'unit.';

export function createAuthenticator(services: AuthenticatorServices): Authenticator {
  const { db, tokens, failures, addressOf, limit } = services;
  const authenticateKey = keyAuthenticator(services);

  async function identify(c: Context): Promise<Principal> {
    const [, scheme, credentials] = /^(\S+)\s+(\S+)$/.exec(c.req.header('authorization')?.trim() ?? '') ?? [];
    if (scheme?.toLowerCase() === 'bearer' && credentials) {
      const claims = await verifyToken(tokens, failures, credentials, ['lrs'], addressOf(c));
      await requireOpenTenant(db, claims.tenantId);
      return learnerOf(claims);
    }
    if (scheme?.toLowerCase() !== 'basic' || !credentials) {
      throw new ServerError('unauthorized', 'An Authorization header is needed: Basic with key and secret, or Bearer with a learner’s token.', { field: 'Authorization' });
    }
    const pair = Buffer.from(credentials, 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    const name = pair.slice(0, Math.max(0, colon));
    const secret = pair.slice(colon + 1);
    if (!name.startsWith(UNIT_KEY_PREFIX)) return authenticateKey(name, secret, addressOf(c));
    const unit = await findUnit(db, name.slice(UNIT_KEY_PREFIX.length), secret);
    if (!unit) {
      failures.attempt(addressOf(c));
      throw wrongKey();
    }
    return unit;
  }

  return async (c) => {
    const principal = await identify(c);
    limit?.(principal);
    return principal;
  };
}

/** A token that is none of ours counts as a guess; one that has merely run out is a page that was left open. */
export async function verifyToken(tokens: LearnerTokens, failures: FailureLimit, token: string, uses: readonly TokenUse[], address: string): Promise<LearnerClaims> {
  try {
    return await tokens.verify(token, uses);
  } catch (error) {
    if (!(error instanceof ServerError && error.cause instanceof errors.JWTExpired)) failures.attempt(address);
    throw error;
  }
}

const wrongKey = (): ServerError => new ServerError('unauthorized', 'The key or the secret is wrong.', { field: 'Authorization' });

function keyAuthenticator({ db, secrets, failures, signIns }: AuthenticatorServices): (key: string, secret: string, address: string) => Promise<KeyPrincipal> {
  // Checked when the key is unknown, so that the time of the answer does not tell which keys exist. Nobody knows its secret.
  const decoy = hashSecret(newSecret());
  return async (key, secret, address) => {
    const found = key.includes('\u0000') ? undefined : await findKeySecrets(db, key);
    const hashes = found?.hashes.length ? found.hashes : [await decoy];
    // Secrets known to be right are let in whatever else comes from their address: behind a proxy that may be everybody's.
    if (!hashes.some((hash) => secrets.remembers(secret, hash))) {
      const giveBack = failures.attempt(address);
      if (!(await matchesOne(secrets, secret, hashes)) || !found?.hashes.length) {
        if (found) signIns.note(found.tenantId, key, address, found.refusal ?? 'secret');
        throw wrongKey();
      }
      giveBack();
    }
    if (!found?.hashes.length) throw wrongKey();
    if (found.suspended) throw suspendedTenant();
    return { kind: 'key', tenantId: found.tenantId, key, scopes: found.scopes as Scope[] };
  };
}

async function matchesOne(secrets: SecretChecker, secret: string, hashes: readonly string[]): Promise<boolean> {
  let right = false;
  for (const hash of hashes) right = (await secrets.matches(secret, hash)) || right;
  return right;
}

async function findUnit(db: Db, name: string, secret: string): Promise<UnitPrincipal | undefined> {
  const [, tenant, sessionId] = /^(\d{1,9})\.([0-9a-f-]{36})$/.exec(name) ?? [];
  const row = tenant && sessionId && UUID.test(sessionId)
    ? await db.selectFrom('unit_sessions').selectAll().where('tenant_id', '=', Number(tenant)).where('id', '=', sessionId).executeTakeFirst()
    : undefined;
  // Of a tool nothing has the secret: it speaks for itself, under the platform's own tokens.
  if (!row || row.kind === 'lti' || !sameDigest(digestOf(secret), row.secret_hash)) return undefined;
  if (row.expires_at.getTime() < Date.now()) throw new ServerError('unauthorized', 'The unit’s session has expired; launch it again.', { field: 'Authorization' });
  await requireOpenTenant(db, row.tenant_id);
  return {
    kind: 'unit',
    tenantId: row.tenant_id,
    unitKind: row.kind,
    sessionId: row.id,
    actor: JSON.parse(row.actor) as Agent,
    actorKey: row.actor_key,
    registration: row.registration,
    activityId: row.activity_id,
    ended: row.kind !== 'cmi5' ? undefined : row.abandoned_at ? 'abandoned' : row.terminated_at ? 'terminated' : undefined,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
