import type { Agent, LaunchMode } from '@lectern/core';
import { keyOf } from '../database/keys.js';
import { ServerError } from '../errors.js';

/**
 * What a key may be given. The first eight are the xAPI's own (1.0.3, OAuth Authorization Scope): `define` is needed to change how activities and
 * people are described, `all/read` reads everything in the LRS, `all` is everything there. `launch` starts learners' sessions; `admin` is all of
 * this and manages the tenant's courses, credit and keys.
 */
export const SCOPES = ['statements/write', 'statements/read/mine', 'statements/read', 'state', 'define', 'profile', 'all/read', 'all', 'launch', 'admin'] as const;

/** `installation`: manages tenants. Only the key of the server's own configuration has it. */
export type Scope = (typeof SCOPES)[number] | 'installation';

/** Scopes that `all` does not hold. */
const BEYOND_LRS: ReadonlySet<Scope> = new Set(['launch', 'admin', 'installation']);

/** A host's backend, with a key of its tenant. */
export interface KeyPrincipal {
  readonly kind: 'key';
  readonly tenantId: number;
  readonly key: string;
  readonly scopes: readonly Scope[];
}

/** A learner's page: bound to one actor and, where it was launched for a course, to one registration. */
export interface LearnerPrincipal {
  readonly kind: 'learner';
  readonly tenantId: number;
  readonly actor: Agent;
  readonly actorKey: string;
  readonly registration?: string;
  readonly courseId?: string;
  readonly launchMode: LaunchMode;
}

/** A launched unit (cmi5, Tin Can): bound to its session. */
export interface UnitPrincipal {
  readonly kind: 'unit';
  readonly tenantId: number;
  readonly unitKind: 'cmi5' | 'xapi';
  readonly sessionId: string;
  readonly actor: Agent;
  readonly actorKey: string;
  readonly registration: string;
  readonly activityId: string;
  /** How the session has ended, if it has: nothing is done with its credentials any more (cmi5 8.2.1). */
  readonly ended: 'terminated' | 'abandoned' | undefined;
}

export type Principal = KeyPrincipal | LearnerPrincipal | UnitPrincipal;

/** Names that stand in the `authority` of what the server itself vouches for: no key may have them. */
export const isReservedName = (name: string): boolean => /^(lectern(:|$)|unit\.)/.test(name);

/** Who vouches for a statement, as its `authority` (xAPI Data 2.4.9). */
export function authorityOf(principal: Principal, homePage: string): Agent {
  const name = principal.kind === 'key' ? principal.key : principal.kind === 'learner' ? 'lectern:learner' : `lectern:${principal.unitKind}`;
  return { objectType: 'Agent', account: { homePage, name } };
}

/** What a key's statements are found by, whatever address the server had when they came. Learners and units have none. */
export const authorityKeyOf = (principal: Principal): string | undefined => (principal.kind === 'key' ? keyOf(principal.tenantId, 'authority', principal.key) : undefined);

/** Whether a key has one of the scopes. */
export function hasScope({ scopes: granted }: KeyPrincipal, ...scopes: Scope[]): boolean {
  return scopes.some((scope) => granted.includes(scope) || (scope !== 'installation' && granted.includes('admin')) || (!BEYOND_LRS.has(scope) && granted.includes('all')));
}

/** @throws ServerError `forbidden` when a key has none of the scopes; learners and units have their own rules */
export function requireScope(principal: Principal, ...scopes: Scope[]): void {
  if (principal.kind !== 'key' || hasScope(principal, ...scopes)) return;
  throw new ServerError('forbidden', `This key may not do that; it needs the scope ${scopes.join(' or ')}.`);
}

/** @throws ServerError `forbidden` */
export function requireKey(principal: Principal, ...scopes: Scope[]): KeyPrincipal {
  if (principal.kind !== 'key') throw new ServerError('forbidden', 'Only a host’s own key may do that.');
  requireScope(principal, ...scopes);
  return principal;
}

/** @throws ServerError `forbidden` */
export const requireAdmin = (principal: Principal): KeyPrincipal => requireKey(principal, 'admin');

/** @throws ServerError `forbidden` */
export function requireLearner(principal: Principal): LearnerPrincipal {
  if (principal.kind !== 'learner') throw new ServerError('forbidden', 'This address is for a learner’s token.');
  return principal;
}
