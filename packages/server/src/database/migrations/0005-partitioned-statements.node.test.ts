import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { prepareStatement, VOIDED, type PreparedStatement } from '../../lrs/prepare-statement.js';
import { formatMicros } from '../../lrs/timestamp.js';
import { openTestDatabase, startTestServer, type TestDatabase, type TestServer } from '../../server.fixture.js';
import { keyOf } from '../keys.js';
import * as initial from './0001-initial.js';

interface Stored {
  readonly id: string;
  readonly stored: string;
}

const AGENT = (name: string): object => ({ account: { homePage: 'https://id.uni.example', name } });
const HOME = 'https://lectern.example';
const REGISTRATION = randomUUID();
const FIRST = 1_700_000_000_000_001;

const statementOf = (actor: string, rest: object = {}): Record<string, unknown> => ({
  id: randomUUID(), actor: AGENT(actor), verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' }, object: { id: 'https://uni.example/unit/1' }, timestamp: '2023-11-14T22:13:20.000Z', ...rest,
});

const plain = Array.from({ length: 40 }, (_, index) => statementOf(`learner-${index % 7}`, { context: { registration: REGISTRATION } }));
// What PostgreSQL's json functions cannot read, escapes before and after the authority, and words that look like what is cut off.
const hostile = statementOf('hostile', { result: { response: 'nul \u0000, half \ud800, \\u0000, "stored":"2020"}', extensions: { 'urn:x': ',"stored":"x"}' } } });
const related = statementOf('related', { context: { instructor: AGENT('teacher'), contextActivities: { parent: [{ id: 'https://uni.example/course' }] } } });
const group = statementOf('any', { actor: { objectType: 'Group', member: [AGENT('member')] } });
const voided = statementOf('voided');
const voiding = statementOf('lms', { verb: { id: VOIDED }, object: { objectType: 'StatementRef', id: voided['id'] } });
const undated = statementOf('undated', { timestamp: undefined });
const all = [...plain, hostile, related, group, voided, voiding, undated];
const idOf = (statement: Record<string, unknown>): string => statement['id'] as string;

/** As the first release stored it: `related_…` held everything, `stored` stood in the document. */
async function insertOld(db: Kysely<never>, prepared: PreparedStatement, seq: number): Promise<void> {
  const { id, actorKey, verbKey, activityKey, authorityAgent, agentKeys, relatedAgents, relatedActivities, statement, voids, target } = prepared;
  await sql`
    insert into statements (tenant_id, id, seq, actor_key, verb_key, activity_key, registration, agent_keys, related_agents, related_activities, timestamp, timestamp_given, voided, voids, content_hash, version, document)
    values (1, ${id}, ${seq}, ${actorKey}, ${verbKey}, ${activityKey ?? null}, ${statement.context?.registration ?? null}, ${agentKeys.length > 0 ? agentKeys : null}::uuid[],
      ${[actorKey, authorityAgent, ...agentKeys, ...relatedAgents]}::uuid[], ${[...(activityKey === undefined ? [] : [activityKey]), ...relatedActivities]}::uuid[],
      ${statement.timestamp}, ${prepared.timestampGiven}, ${id === voided['id']}, ${voids}, '', '1.0.0', ${`${prepared.document.slice(0, -1)},"stored":"${formatMicros(seq)}"}`}::json)`.execute(db);
  if (target !== undefined) await sql`insert into statement_targets (tenant_id, source_id, target_id, voids) values (1, ${id}, ${target}, ${voids})`.execute(db);
}

let database: TestDatabase;
let server: TestServer;
let documents: string[];
before(async () => {
  database = await openTestDatabase();
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: database.url }) }) });
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ '0001-initial': initial }) }, migrationTableName: 'lectern_migrations', migrationLockTableName: 'lectern_migration_lock' });
  assert.equal((await migrator.migrateToLatest()).error, undefined);
  await sql`insert into tenants (name) values ('default')`.execute(db);
  const prepared = all.map((value) => prepareStatement(value, { tenantId: 1, version: '1.0.3', authority: { objectType: 'Agent', account: { homePage: HOME, name: 'test-key' } }, now: new Date() }));
  for (const [index, one] of prepared.entries()) await insertOld(db, one, FIRST + index * 10);
  documents = (await sql<{ document: string }>`select document::text as document from statements order by seq`.execute(db)).rows.map(({ document }) => document);
  await db.destroy();
  server = await startTestServer({ databaseUrl: database.url });
});
after(async () => {
  await server.close();
  await database.close();
});

async function page(path: string, authorization = server.basic): Promise<{ statements: Stored[]; more: string }> {
  const response = await server.xapi(path.replace(/^\/xapi/, ''), { authorization });
  assert.equal(response.status, 200);
  return (await response.json()) as { statements: Stored[]; more: string };
}
const find = async (query: Record<string, string>): Promise<string[]> => (await page(`/statements?${new URLSearchParams({ ascending: 'true', ...query })}`)).statements.map(({ id }) => id);
const told = (statement: Record<string, unknown>): Promise<Response> => server.xapi(`/statements?statementId=${idOf(statement)}`, { method: 'PUT', body: JSON.stringify(statement) });

test('what was stored comes back letter for letter, in its order', async () => {
  const response = await server.xapi('/statements?ascending=true');
  const kept = documents.filter((_, index) => all[index] !== voided);
  assert.equal(await response.text(), `{"statements":[${kept.join(',')}],"more":""}`);
  const { rows } = await sql<{ n: number }>`select count(distinct tableoid)::int as n from statements`.execute(server.db);
  assert.ok(rows[0]!.n > 1, 'in several partitions');
});

test('a page that was begun before goes on', async () => {
  const cursor = Buffer.from(JSON.stringify({ query: `?registration=${REGISTRATION}&limit=10`, until: FIRST + 10_000, cursor: FIRST + 200 })).toString('base64url');
  const seen: string[] = [];
  for (let next = `/xapi/statements?more=${cursor}`; next !== ''; ) {
    const { statements, more } = await page(next);
    seen.push(...statements.map(({ id }) => id));
    next = more;
  }
  assert.deepEqual(seen, plain.slice(0, 20).map(idOf).reverse());
});

test('every filter finds what it found', async () => {
  const agent = (name: string): string => JSON.stringify(AGENT(name));
  assert.deepEqual(await find({ agent: agent('learner-3') }), plain.filter((_, index) => index % 7 === 3).map(idOf));
  assert.deepEqual(await find({ agent: agent('member') }), [idOf(group)]);
  assert.deepEqual(await find({ agent: agent('teacher') }), []);
  assert.deepEqual(await find({ agent: agent('teacher'), related_agents: 'true' }), [idOf(related)]);
  assert.equal((await find({ agent: JSON.stringify({ account: { homePage: HOME, name: 'test-key' } }), related_agents: 'true' })).length, all.length - 1);
  assert.deepEqual(await find({ activity: 'https://uni.example/course', related_activities: 'true' }), [idOf(related)]);
  assert.deepEqual(await find({ verb: VOIDED }), [idOf(voiding)]);
  assert.deepEqual(await find({ since: formatMicros(FIRST + 10 * (all.length - 2)) }), [idOf(undated)]);
  assert.equal((await server.xapi(`/statements?voidedStatementId=${idOf(voided)}`)).status, 200);
});

test('what a key wrote is still its own', async () => {
  const { rows } = await sql<{ authority_key: string; n: number }>`select authority_key, count(*)::int as n from statements group by authority_key`.execute(server.db);
  assert.deepEqual(rows, [{ authority_key: keyOf(1, 'authority', 'test-key'), n: all.length }]);
});

test('a statement told again is the same one, and another meaning is refused', async () => {
  assert.equal((await told(plain[0]!)).status, 204);
  assert.equal((await told(hostile)).status, 204);
  assert.equal((await told({ ...undated, timestamp: '2024-01-01T00:00:00Z' })).status, 204, 'its timestamp was ours');
  assert.equal((await told({ ...plain[0]!, timestamp: '2024-01-01T00:00:00Z' })).status, 409);
  assert.equal((await told({ ...plain[1]!, verb: { id: 'urn:another' } })).status, 409);
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from statements`.execute(server.db);
  assert.equal(rows[0]!.n, all.length);
});

test('what comes now is after everything that was there', async () => {
  await sql`update statement_clocks set seq = ${(Date.now() + 3_600_000) * 1000}`.execute(server.db); // the clock was ahead
  const { rows: [before] } = await sql<{ seq: number }>`select seq from statement_clocks`.execute(server.db);
  const fresh = statementOf('fresh');
  assert.equal((await told(fresh)).status, 204);
  const { statements: [last] } = await page('/statements?limit=1');
  assert.equal(last!.id, idOf(fresh));
  assert.equal(last!.stored, formatMicros(before!.seq + 1));
});
