import { digestOf } from '../auth/secret.js';
import type { Db } from '../database/database.js';

/**
 * Takes something that may come once: a launch's nonce (Security Framework 1.1, 5.1.3), a ticket.
 * @param until seconds since 1970 up to which it is remembered
 * @returns false when it was taken before
 */
export async function takeOnce(db: Db, what: string, until: number): Promise<boolean> {
  await db.deleteFrom('lti_nonces').where('expires_at', '<', new Date()).execute();
  const { numInsertedOrUpdatedRows } = await db.insertInto('lti_nonces').values({ digest: digestOf(what), expires_at: new Date(until * 1000) }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
