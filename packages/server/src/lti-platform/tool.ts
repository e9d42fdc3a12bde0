import type { JSONWebKeySet } from 'jose';
import type { ToolScope } from './lti-terms.js';

/** A tool as a tenant has registered it. */
export interface Tool {
  readonly id: string;
  readonly tenantId: number;
  /** What courses call it; unique in the tenant. */
  readonly name: string;
  readonly clientId: string;
  readonly deploymentId: string;
  /** Where a launch begins (Security Framework 1.1, 5.1.1.1). */
  readonly loginUrl: string;
  /** Where launches may end; compared as they are written. */
  readonly redirectUris: readonly string[];
  /** What is launched where a unit does not say. */
  readonly targetLinkUri?: string | undefined;
  /** Where its public keys are; or the keys. */
  readonly jwksUrl?: string | undefined;
  readonly jwks?: JSONWebKeySet | undefined;
  readonly scopes: readonly ToolScope[];
  /** What it is told of learners: an opaque id of its own alone, or their account and name, too. */
  readonly identity: 'pseudonym' | 'account';
  /** RFC 3339. */
  readonly createdAt: string;
}

/** Origins of the tool's pages. */
export function originsOfTool({ loginUrl, redirectUris, targetLinkUri }: Pick<Tool, 'loginUrl' | 'redirectUris' | 'targetLinkUri'>): string[] {
  return [...new Set([loginUrl, ...redirectUris, ...(targetLinkUri === undefined ? [] : [targetLinkUri])].map((url) => new URL(url).origin))];
}
