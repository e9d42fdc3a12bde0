import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../server.fixture.js';
import { keyOf } from '../keys.js';
import * as initial from './0001-initial.js';
import * as keysAndAudit from './0003-keys-and-audit.js';

let database: TestDatabase;
let db: Kysely<never>;
before(async () => {
  database = await openTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url });
  // A connection that is being closed may meet the database's own end.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  db = new Kysely<never>({ dialect: new PostgresDialect({ pool }) });
});
after(async () => {
  await db.destroy();
  await database.close();
});

test('statements that are stored already are found by the key that wrote them', async () => {
  await initial.up(db);
  await sql`insert into tenants (name) values ('one'), ('two')`.execute(db);
  const authors: [tenant: number, authority: object | undefined, expected: string | null][] = [
    [1, { account: { homePage: 'https://a.example', name: 'lms' } }, keyOf(1, 'authority', 'lms')],
    [2, { account: { homePage: 'https://b.example', name: 'lms' } }, keyOf(2, 'authority', 'lms')],
    [1, { account: { homePage: 'https://a.example', name: 'lectern:learner' } }, null],
    [1, { account: { homePage: 'https://a.example', name: 'lectern' } }, null],
    [1, { account: { homePage: 'https://a.example', name: 'lectern-4f2a' } }, keyOf(1, 'authority', 'lectern-4f2a')],
    [1, undefined, null],
  ];
  for (const [index, [tenant, authority]] of authors.entries()) {
    const document = JSON.stringify({ authority, result: { response: '\u0000 which PostgreSQL cannot take out of JSON' } });
    await sql`insert into statements (tenant_id, id, seq, actor_key, verb_key, related_agents, related_activities, timestamp, timestamp_given, content_hash, version, document)
      values (${tenant}, ${randomUUID()}, ${index + 1}, ${randomUUID()}, ${randomUUID()}, '{}', '{}', now(), true, '', '1.0.0', ${document}::json)`.execute(db);
  }
  await keysAndAudit.up(db);
  const { rows } = await sql<{ authority_key: string | null }>`select authority_key from statements order by seq`.execute(db);
  assert.deepEqual(rows.map((row) => row.authority_key), authors.map(([, , expected]) => expected));
});
