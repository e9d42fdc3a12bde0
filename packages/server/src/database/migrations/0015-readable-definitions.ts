import { sql, type Kysely } from 'kysely';
import { readableJson } from '../../lrs/readable-json.js';

/** Definitions that hold what PostgreSQL cannot turn into text were stored, and every later one of their activities was refused. */
export async function up(db: Kysely<never>): Promise<void> {
  const { rows } = await sql<{ tenant_id: number; key: string; definition: string }>`
    select tenant_id, key, definition::text as definition from activities where definition::text ~* ${'\\\\u(0000|d[89a-f])'}`.execute(db);
  for (const { tenant_id: tenant, key, definition } of rows) {
    await sql`update activities set definition = ${readableJson(JSON.parse(definition) as object)}::json where tenant_id = ${tenant} and key = ${key}`.execute(db);
  }
}
