import type { Agent, LaunchMode } from '@lectern/core';
import { ServerError } from '../errors.js';

/** What a key may do. `all` is everything in the LRS; `admin` also manages courses, launches and credit. */
export type Scope = 'admin' | 'all' | 'statements/write' | 'statements/read' | 'statements/read/mine' | 'state' | 'profile';

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
}

export type Principal = KeyPrincipal | LearnerPrincipal | UnitPrincipal;

/** Who vouches for a statement, as its `authority` (xAPI Data 2.4.9). */
export function authorityOf(principal: Principal, homePage: string): Agent {
  const name = principal.kind === 'key' ? principal.key : principal.kind === 'learner' ? 'lectern:learner' : `lectern:${principal.unitKind}`;
  return { objectType: 'Agent', account: { homePage, name } };
}

/** @throws ServerError `forbidden` */
export function requireScope(principal: Principal, ...scopes: Scope[]): void {
  if (principal.kind !== 'key') return;
  const granted = principal.scopes;
  if (granted.includes('admin') || (granted.includes('all') && !scopes.includes('admin')) || scopes.some((scope) => granted.includes(scope))) return;
  throw new ServerError('forbidden', `This key may not do that; it needs the scope ${scopes.join(' or ')}.`);
}

/** @throws ServerError `forbidden` */
export function requireAdmin(principal: Principal): KeyPrincipal {
  if (principal.kind !== 'key') throw new ServerError('forbidden', 'Only a host’s own key may do that.');
  requireScope(principal, 'admin');
  return principal;
}

/** @throws ServerError `forbidden` */
export function requireLearner(principal: Principal): LearnerPrincipal {
  if (principal.kind !== 'learner') throw new ServerError('forbidden', 'This address is for a learner’s token.');
  return principal;
}
