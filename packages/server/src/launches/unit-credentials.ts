import { UNIT_KEY_PREFIX } from '../auth/authenticate.js';

/** What goes after `Basic ` in a launched unit's Authorization header. */
export function unitCredentials(tenantId: number, sessionId: string, secret: string): string {
  return Buffer.from(`${UNIT_KEY_PREFIX}${tenantId}.${sessionId}:${secret}`).toString('base64');
}
