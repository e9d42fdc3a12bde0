import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase, type TestDatabase } from '../server.fixture.js';
import { openDatabase, type Db } from './database.js';

describe('openDatabase', () => {
  let database: TestDatabase;
  let db: Db;
  before(async () => {
    database = await openTestDatabase();
    db = await openDatabase(database.url);
  });
  after(async () => {
    await db?.destroy();
    await database?.close();
  });

  it('outlives a connection that is cut between two queries of a transaction', async () => {
    const transaction = db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await sql`select pg_terminate_backend(${rows[0]!.pid}, 10000)`.execute(db);
      // The end of the connection is heard of in a task of its own.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await sql`select 1`.execute(trx);
    });
    await assert.rejects(transaction);
    assert.equal((await sql<{ one: number }>`select 1 as one`.execute(db)).rows[0]!.one, 1);
  });
});
