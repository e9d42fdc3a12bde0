import type { ApiKey, MadeKey } from '@lectern/server';

/** A key with its secret, for those who will not see it again. */
export function describeMadeKey({ key, secret, scopes, previousSecretUntil }: MadeKey): string {
  const until = previousSecretUntil === undefined ? '' : `The old secret is good until ${previousSecretUntil}.\n`;
  return `Key     ${key}\nSecret  ${secret}\nScopes  ${scopes.join(' ')}\n${until}Keep the secret now: it is not shown again.`;
}

export function describeKeyState({ revokedAt, expiresAt, previousSecretUntil }: ApiKey): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  if (expiresAt !== undefined) return `${Date.parse(expiresAt) <= Date.now() ? 'expired' : 'until'} ${expiresAt}`;
  return previousSecretUntil === undefined ? 'open' : `two secrets until ${previousSecretUntil}`;
}
