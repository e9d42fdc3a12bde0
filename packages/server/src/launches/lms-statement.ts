import type { Agent, Statement } from '@lectern/core';
import { ServerError } from '../errors.js';
import { prepareStatement } from '../lrs/prepare-statement.js';
import type { StatementWriter } from '../lrs/statement-writer.js';

/** Stores what the server itself says as the LMS or the institution. A statement told before is left as it is. */
export async function writeLmsStatement(writer: StatementWriter, tenantId: number, authorityHome: string, statement: Statement): Promise<void> {
  const authority: Agent = { objectType: 'Agent', account: { homePage: authorityHome, name: 'lectern' } };
  const prepared = prepareStatement(statement, { tenantId, version: '1.0.3', authority, now: new Date() });
  await writer.write(tenantId, { statements: [prepared] }).catch((error: unknown) => {
    if (!(error instanceof ServerError && error.code === 'conflict')) throw error;
  });
}
