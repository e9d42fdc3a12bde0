import type { Agent, Statement } from '@lectern/core';
import { ServerError } from '../errors.js';
import { prepareStatement } from '../lrs/prepare-statement.js';
import type { StatementWriter, WriteGuard } from '../lrs/statement-writer.js';

export interface LmsVoice {
  readonly writer: StatementWriter;
  readonly authorityHome: string;
}

/**
 * Stores what the server itself says as the LMS or the institution.
 * @param guard looks, and writes what belongs to it, in the same transaction; it is not called for a statement that is there already
 * @throws ServerError `conflict` when it was told before with other words, or what the guard throws
 */
export function tellLmsStatement(voice: LmsVoice, tenantId: number, statement: Statement, guard?: WriteGuard): Promise<void> {
  return tellLmsStatements(voice, tenantId, [statement], guard);
}

/** As `tellLmsStatement`, several: all or none. */
export async function tellLmsStatements({ writer, authorityHome }: LmsVoice, tenantId: number, statements: readonly Statement[], guard?: WriteGuard): Promise<void> {
  const authority: Agent = { objectType: 'Agent', account: { homePage: authorityHome, name: 'lectern' } };
  const prepared = statements.map((statement) => prepareStatement(statement, { tenantId, version: '1.0.3', authority, now: new Date() }));
  await writer.write(tenantId, { statements: prepared, ...(guard ? { guard } : {}) });
}

/** As `tellLmsStatement`; a statement told before is left as it is. */
export async function writeLmsStatement(writer: StatementWriter, tenantId: number, authorityHome: string, statement: Statement): Promise<void> {
  await tellLmsStatement({ writer, authorityHome }, tenantId, statement).catch((error: unknown) => {
    if (!(error instanceof ServerError && error.code === 'conflict')) throw error;
  });
}
