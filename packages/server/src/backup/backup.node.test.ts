import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type pg from 'pg';
import { pack as createPack } from 'tar-stream';
import { MIGRATION_NAMES, migrate, onConnection, openDatabase } from '../database/database.js';
import { openTestDatabase, startTestServer, type TestDatabase, type TestServer } from '../server.fixture.js';
import { startServer } from '../serve.js';
import { DEFAULT_LIMITS } from '../config.js';
import { silentLog } from '../log.js';
import { BackupError } from './backup-error.js';
import { checkBackup } from './check-backup.js';
import { connect } from './connect.js';
import { createBackup, type BackupSummary } from './create-backup.js';
import { restoreBackup } from './restore-backup.js';
import { FUNCTIONS, TABLES } from './tables.js';

let server: TestServer;
let folder: string;
let file: string;
let made: BackupSummary;
let writing: { stop(): Promise<number> };
const HELD = '\u0000 \\. \t "quotes" \\n 学习者';

const statement = (actor = `learner-${Math.floor(Math.random() * 50)}`, rest: object = {}): Record<string, unknown> => ({
  id: randomUUID(), actor: { account: { homePage: 'https://id.uni.example', name: actor } }, verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' },
  object: { id: 'https://uni.example/unit/1', definition: { name: { en: 'Unit 1' } } }, ...rest,
});

async function post(body: unknown): Promise<void> {
  const response = await server.xapi('/statements', { method: 'POST', body: JSON.stringify(body) });
  assert.equal(response.status, 200, await response.text());
}

/** Writes without a pause; each batch is one transaction, so a snapshot has all of it or nothing. */
function writeOn(batch: number): { stop(): Promise<number> } {
  let [running, written] = [true, 0];
  const done = (async () => {
    while (running) {
      const marker = randomUUID();
      await post(Array.from({ length: batch }, () => statement('while', { context: { registration: marker } })));
      written += batch;
    }
  })();
  return { stop: async () => ((running = false), await done, written) };
}

before(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'lectern-backup-'));
  file = join(folder, 'backup.tar.gz');
  await writeFile(join(server.dataDir, 'token.key'), 'the key that the tokens are signed with');
  const voided = statement('voided');
  await post([statement('hostile', { result: { response: HELD } }), voided, ...Array.from({ length: 300 }, () => statement())]);
  await post(statement('lms', { verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, object: { objectType: 'StatementRef', id: voided['id'] } }));
  const agent = JSON.stringify({ account: { homePage: 'https://id.uni.example', name: 'learner-1' } });
  const state = await server.xapi(`/activities/state?${new URLSearchParams({ activityId: 'https://uni.example/unit/1', agent, stateId: 'notes' })}`, { method: 'PUT', body: Buffer.from([0, 1, 255, 10, 92, 46]), headers: { 'Content-Type': 'application/octet-stream' } });
  assert.equal(state.status, 204);
  const { rows: [tenant] } = await query<{ id: number }>(server.databaseUrl, 'select min(id) as id from tenants');
  // More than one part of an archive holds.
  for (const digit of ['a', 'b']) await query(server.databaseUrl, 'insert into attachments (tenant_id, sha2, content_type, bytes) values ($1, $2, $3, $4)', [tenant!.id, digit.repeat(64), 'application/octet-stream', Buffer.alloc(2_200_000, 'lectern')]);
  writing = writeOn(20);
  made = await createBackup({ databaseUrl: server.databaseUrl, dataDir: server.dataDir, to: file });
});
after(async () => {
  await writing.stop();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function query<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<pg.QueryResult<Row>> {
  const client = await connect(url, 'test');
  return client.query<Row>(text, values).finally(() => client.end());
}

const codeOf = (code: string) => (error: unknown): boolean => error instanceof BackupError && (assert.equal(error.code, code, error.message), true);

async function inNewPlace(work: (database: TestDatabase, dataDir: string) => Promise<void>): Promise<void> {
  const database = await openTestDatabase();
  const dataDir = await mkdtemp(join(folder, 'data-'));
  try {
    await work(database, dataDir);
  } finally {
    await database.close();
  }
}

const isUntouched = async ({ url }: TestDatabase, dataDir: string): Promise<void> => {
  const { rows } = await query(url, "select relname from pg_class where relnamespace = 'public'::regnamespace");
  assert.deepEqual(rows, []);
  assert.deepEqual((await readdir(dataDir, { recursive: true })).filter((name) => name !== 'content'), []);
};

test('every table and function that the migrations make is one that a backup knows', () => inNewPlace(async ({ url }) => {
  await (await openDatabase(url)).destroy();
  const tables = await query<{ name: string }>(url, "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname not like 'lectern_migration%' order by 1");
  assert.deepEqual(tables.rows.map(({ name }) => name), [...TABLES].sort());
  const functions = await query<{ name: string }>(url, "select distinct proname as name from pg_proc where pronamespace = 'public'::regnamespace order by 1");
  assert.deepEqual(functions.rows.map(({ name }) => name), [...FUNCTIONS].sort());
}));

test('what was taken while statements came in is one moment, and comes back as it was', () => inNewPlace(async (database, dataDir) => {
  assert.ok((await writing.stop()) > 0);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await stat(file)).size, made.size);
  const restored = await restoreBackup({ file, databaseUrl: database.url, dataDir });
  assert.deepEqual(restored.rows, made.rows);
  assert.deepEqual(restored.migrated, []);
  // Whole batches: a snapshot within one would show some of it. Nothing but what was stored up to a moment.
  const { rows } = await query<{ n: number }>(database.url, 'select count(*)::int as n from statements where registration is not null group by registration');
  assert.ok(rows.every(({ n }) => n === 20));
  // Each row is the same, but for what came later in the one that goes on.
  for (const table of TABLES.filter((name) => name !== 'audit' && name !== 'statement_clocks')) {
    const read = async (url: string): Promise<string[]> => (await query<{ row: string }>(url, `select t::text as row from "${table}" t order by 1`)).rows.map(({ row }) => row);
    const [source, target] = [new Set(await read(server.databaseUrl)), await read(database.url)];
    assert.equal(target.length, made.rows[table]);
    assert.ok(target.every((row) => source.has(row)), table);
  }
  // The tables are what they were: columns, keys, valid indexes of every partition, functions.
  const shape = async (url: string): Promise<unknown[]> => (await query(url, `
    select indexrelid::regclass::text as name, indrelid::regclass::text as of, pg_get_indexdef(indexrelid) as text, indisvalid::text as valid from pg_index where indrelid::regclass::text !~ '^pg_'
    union all select conname, conrelid::regclass::text, pg_get_constraintdef(oid), '' from pg_constraint where conrelid > 0 and connamespace = 'public'::regnamespace
    union all select attname, attrelid::regclass::text, format_type(atttypid, atttypmod), attnotnull || attidentity::text from pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = 'public'::regnamespace and attnum > 0 order by 1, 2`)).rows.map((row) => ({ ...(row as object), name: String((row as { name: string }).name).replace(/_idx\d*$/, '_idx'), text: String((row as { text: string }).text).replace(/_idx\d* /, '_idx ') })).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  assert.deepEqual(await shape(database.url), await shape(server.databaseUrl));
  const names = async (root: string): Promise<string[]> => (await readdir(join(root, 'content'), { recursive: true })).filter((name) => !name.startsWith('.')).sort();
  assert.deepEqual(await names(dataDir), await names(server.dataDir));
  assert.equal(await readFile(join(dataDir, 'token.key'), 'utf8'), 'the key that the tokens are signed with');

  // And a server goes on with it: what was asked is answered, ids that are taken are taken, new ones are stored after the old.
  const second = await startServer({ host: '127.0.0.1', port: 0, contentPort: 0, dataDir, databaseUrl: database.url, key: 'test-key', secret: 'test-secret', demo: false, embedders: [], limits: DEFAULT_LIMITS }, { log: silentLog });
  try {
    const headers = { Authorization: server.basic, 'X-Experience-API-Version': '1.0.3', 'Content-Type': 'application/json' };
    const agent = JSON.stringify({ account: { homePage: 'https://id.uni.example', name: 'hostile' } });
    const found = (await (await fetch(new URL(`/xapi/statements?${new URLSearchParams({ agent })}`, second.url), { headers })).json()) as { statements: { id: string; stored: string; result: { response: string } }[] };
    assert.equal(found.statements[0]!.result.response, HELD);
    const again = await fetch(new URL('/xapi/statements', second.url), { method: 'POST', headers, body: JSON.stringify(statement('another', { id: found.statements[0]!.id })) });
    assert.equal(again.status, 409);
    assert.equal((await fetch(new URL('/xapi/statements', second.url), { method: 'POST', headers, body: JSON.stringify(statement()) })).status, 200);
    assert.equal((await fetch(new URL('/tenants', second.url), { method: 'POST', headers, body: JSON.stringify({ name: 'Next' }) })).status, 201);
    await assert.rejects(restoreBackup({ file, databaseUrl: database.url, dataDir, replace: true }), codeOf('not-empty'), 'a server runs');
  } finally {
    await second.close();
  }
  await assert.rejects(restoreBackup({ file, databaseUrl: database.url, dataDir }), codeOf('not-empty'));
  await writeFile(join(dataDir, 'token.key'), 'another');
  await restoreBackup({ file, databaseUrl: database.url, dataDir, replace: true });
  assert.equal((await query<{ n: number }>(database.url, 'select count(*)::int as n from statements')).rows[0]!.n, made.rows['statements']);
  assert.equal(await readFile(join(dataDir, 'token.key'), 'utf8'), 'the key that the tokens are signed with');
  assert.deepEqual((await readdir(join(dataDir, 'content'))).filter((name) => name.startsWith('.')), ['.drafts']);
}));

test('a backup of the first release is restored, then brought up to date', () => inNewPlace(async (database, dataDir) => {
  const old = await openTestDatabase();
  try {
    const client = await connect(old.url, 'test');
    await migrate(onConnection(client), { to: MIGRATION_NAMES[0]! });
    await client.query("insert into tenants (name) values ('default'), ('faculty')");
    await client.query(`insert into statements (tenant_id, id, seq, actor_key, verb_key, related_agents, related_activities, timestamp, timestamp_given, content_hash, version, document)
      select 2, gen_random_uuid(), n, gen_random_uuid(), gen_random_uuid(), '{}', '{}', now(), true, '', '1.0.0', '{"authority":{"account":{"homePage":"https://a","name":"lectern"}},"stored":"2025"}' from generate_series(1, 50) n`);
    await client.end();
    const from = join(folder, 'old.tar.gz');
    await createBackup({ databaseUrl: old.url, dataDir: join(folder, 'none'), to: from });
    const { migrated } = await restoreBackup({ file: from, databaseUrl: database.url, dataDir });
    assert.deepEqual(migrated, MIGRATION_NAMES.slice(1));
    const { rows } = await query<{ n: number; last: number }>(database.url, 'select count(*)::int as n, max(i.seq)::int as last from statements s join statement_ids i using (tenant_id, id)');
    assert.deepEqual(rows, [{ n: 50, last: 50 }]);
    assert.equal((await query<{ id: number }>(database.url, "insert into tenants (name) values ('next') returning id")).rows[0]!.id, 3);
  } finally {
    await old.close();
  }
}));

/** The backup with its tar changed: entries of 512-octet blocks, as tar-stream writes them. */
async function repack(change: (name: string, bytes: Buffer) => Buffer | undefined, extra: readonly (readonly [string, Buffer | 'link'])[] = []): Promise<string> {
  const { extract } = await import('tar-stream');
  const [reader, pack] = [extract(), createPack()];
  const chunks: Buffer[] = [];
  pack.on('data', (chunk) => chunks.push(chunk as Buffer));
  reader.end(gunzipSync(await readFile(file)));
  for await (const entry of reader) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    const { name } = entry.header;
    if (name === 'end.json') for (const [other, bytes] of extra) bytes === 'link' ? pack.entry({ name: other, type: 'symlink', linkname: '/etc/passwd' }) : pack.entry({ name: other }, bytes);
    const bytes = change(name, Buffer.concat(parts));
    if (bytes) pack.entry({ name }, bytes);
  }
  pack.finalize();
  await once(pack, 'end');
  const target = join(folder, `${randomUUID()}.tar.gz`);
  await writeFile(target, gzipSync(Buffer.concat(chunks), { level: 1 }));
  return target;
}

test('what is no whole backup is refused by name before anything is touched', () => inNewPlace(async (database, dataDir) => {
  const whole = await readFile(file);
  const write = async (bytes: Uint8Array): Promise<string> => {
    const name = join(folder, `${randomUUID()}.tar.gz`);
    await writeFile(name, bytes);
    return name;
  };
  const flipped = Buffer.from(whole);
  flipped[Math.floor(whole.length / 2)]! ^= 0x40;
  const json = (change: object) => (name: string, bytes: Buffer): Buffer => (name === 'lectern.json' ? Buffer.from(JSON.stringify({ ...(JSON.parse(String(bytes)) as object), ...change })) : bytes);
  const same = (_name: string, bytes: Buffer): Buffer => bytes;
  const cases: readonly (readonly [string, string | Promise<string>])[] = [
    ['file-unreadable', join(folder, 'missing')],
    ['file-unreadable', folder],
    ['backup-foreign', write(Buffer.alloc(0))],
    ['backup-foreign', write(Buffer.from('this is not a backup'))],
    ['backup-foreign', write(gzipSync('neither is this'))],
    ['backup-foreign', write(gzipSync(randomBytes(100_000)))],
    ['backup-truncated', write(whole.subarray(0, whole.length / 2))],
    ['backup-truncated', write(whole.subarray(0, whole.length - 9))],
    ['backup-damaged', write(flipped)],
    ['backup-damaged', repack((name, bytes) => (name.startsWith('database/audit/') ? undefined : bytes))],
    ['backup-damaged', repack((name, bytes) => (name.startsWith('database/tenants/') ? Buffer.from(String(bytes).replace('default', 'defaulT')) : bytes))],
    ['backup-truncated', repack((name, bytes) => (name === 'end.json' ? undefined : bytes))],
    ['backup-newer', repack(json({ version: 2 }))],
    ['backup-newer', repack(json({ migrations: [...MIGRATION_NAMES, '9999-later'] }))],
    ['backup-foreign', repack(json({ format: 'other' }))],
    ['backup-invalid', repack(json({ tables: [{ name: 'pg_authid; drop table x', columns: ['a'] }] }))],
    ['backup-invalid', repack(same, [['content/link', 'link']])],
  ];
  for (const [code, name] of cases) await assert.rejects(async () => restoreBackup({ file: await name, databaseUrl: database.url, dataDir, replace: true }), codeOf(code));
  await isUntouched(database, dataDir);
}));

/** Somebody who knows the format can make a checksum that fits. */
async function forge(change: (name: string, bytes: Buffer) => Buffer | undefined, extra: readonly (readonly [string, Buffer])[] = []): Promise<string> {
  const { EntryDigest } = await import('./backup-format.js');
  const digest = new EntryDigest();
  const count = (name: string, bytes: Buffer): Buffer => (digest.begin(name, bytes.byteLength), digest.update(bytes), bytes);
  return repack((name, bytes) => {
    if (name === 'end.json') {
      for (const one of extra) count(...one);
      return Buffer.from(JSON.stringify({ ...(JSON.parse(String(bytes)) as object), ...digest.result() }));
    }
    const changed = change(name, bytes);
    return changed && count(name, changed);
  }, extra);
}

test('what is hostile under a right checksum leads nowhere, and leaves nothing', () => inNewPlace(async (database, dataDir) => {
  const same = (_name: string, bytes: Buffer): Buffer => bytes;
  const extra = ['content/demo/../../../outside', 'content/../outside', 'content/demo/..\\..\\outside', 'keys/../outside', 'keys/postgres.json', '/etc/outside', 'content/.hidden/x', 'database/pg_authid/000001.copy', 'database/tenants/000001.copy', 'content/demo/course'];
  for (const name of extra) {
    await assert.rejects(async () => restoreBackup({ file: await forge(same, [[name, Buffer.from('x')]]), databaseUrl: database.url, dataDir }), codeOf('backup-invalid'), name);
  }
  const changes: ((name: string, bytes: Buffer) => Buffer | undefined)[] = [
    (name, bytes) => (name.startsWith('database/statements/') ? Buffer.concat([bytes, Buffer.from('no row\n')]) : bytes),
    (name, bytes) => (name.startsWith('database/api_keys/') ? Buffer.concat([bytes, bytes]) : bytes),
    (name, bytes) => (name.startsWith('database/audit/') ? undefined : bytes),
    (name, bytes) => (name === 'lectern.json' ? Buffer.from(String(bytes).replace('"scopes"', '"scope"')) : bytes),
    (name, bytes) => (name === 'database/attachments/000001.copy' ? undefined : bytes),
    (name, bytes) => (name.startsWith('content/') ? undefined : bytes),
  ];
  for (const change of changes) await assert.rejects(async () => restoreBackup({ file: await forge(change), databaseUrl: database.url, dataDir }), codeOf('backup-invalid'));
  assert.ok(!existsSync(join(folder, 'outside')));
  await isUntouched(database, dataDir);
}));

test('a restore that is stopped or killed leaves what was there; one killed after its commit is finished by the next start', () => inNewPlace(async (database, dataDir) => {
  await restoreBackup({ file, databaseUrl: database.url, dataDir });
  await writeFile(join(dataDir, 'token.key'), 'before');
  await writeFile(join(dataDir, 'content/demo/mine.txt'), 'before');
  await query(database.url, "insert into tenants (name) values ('before')");
  const isAsBefore = async (): Promise<void> => {
    assert.equal((await query(database.url, "select 1 from tenants where name = 'before'")).rowCount, 1);
    assert.equal(await readFile(join(dataDir, 'token.key'), 'utf8'), 'before');
    assert.equal(await readFile(join(dataDir, 'content/demo/mine.txt'), 'utf8'), 'before');
  };
  const controller = new AbortController();
  await assert.rejects(restoreBackup({ file, databaseUrl: database.url, dataDir, replace: true, signal: controller.signal, onProgress: ({ step, done }) => void (step === 'restore' && done > 0.5 && controller.abort()) }), codeOf('interrupted'));
  await isAsBefore();
  assert.ok(!(await readdir(join(dataDir, 'content'))).some((name) => name.startsWith('.restore')));

  // In a process of its own, which kills itself at a moment.
  const dieAt = async (moment: string): Promise<void> => {
    const script = `
      import { restoreBackup } from ${JSON.stringify(new URL('restore-backup.ts', import.meta.url).href)};
      import { StagedFiles } from ${JSON.stringify(new URL('place-files.ts', import.meta.url).href)};
      import pg from ${JSON.stringify(import.meta.resolve('pg'))};
      const die = () => process.kill(process.pid, 'SIGKILL');
      ${moment}
      await restoreBackup({ file: ${JSON.stringify(file)}, databaseUrl: ${JSON.stringify(database.url)}, dataDir: ${JSON.stringify(dataDir)}, replace: true, onProgress });`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', `let onProgress;${script}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => (errors += text));
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL'], errors);
  };
  await dieAt("onProgress = ({ step, done }) => { if (step === 'restore' && done > 0.9) die(); };");
  await dieAt('const { writePlan } = StagedFiles.prototype; StagedFiles.prototype.writePlan = async function () { await writePlan.call(this); die(); };');
  await isAsBefore();
  const start = () => startServer({ host: '127.0.0.1', port: 0, contentPort: 0, dataDir, databaseUrl: database.url, key: 'test-key', secret: 'test-secret', demo: false, embedders: [], limits: DEFAULT_LIMITS }, { log: silentLog });
  await (await start()).close();
  await isAsBefore();
  assert.deepEqual((await readdir(dataDir)).sort(), ['content', 'token.key', 'uploads']);

  await dieAt("const { query } = pg.Client.prototype; pg.Client.prototype.query = function (text, ...rest) { const done = query.call(this, text, ...rest); return text === 'commit' ? done.then(die) : done; };");
  assert.ok(existsSync(join(dataDir, 'content/demo/mine.txt')), 'the files have not been moved');
  await (await start()).close();
  assert.equal((await query(database.url, "select 1 from tenants where name = 'before'")).rowCount, 0);
  assert.equal(await readFile(join(dataDir, 'token.key'), 'utf8'), 'the key that the tokens are signed with');
  assert.ok(!existsSync(join(dataDir, 'content/demo/mine.txt')) && existsSync(join(dataDir, 'content/demo/course/course.json')));
  assert.deepEqual((await readdir(dataDir)).sort(), ['content', 'token.key', 'uploads']);
}));

test('a backup appears whole or not at all, replaces nothing unasked, and goes to a stream', async () => {
  const options = { databaseUrl: server.databaseUrl, dataDir: server.dataDir };
  await assert.rejects(createBackup({ ...options, to: file }), codeOf('file-exists'));
  const other = join(folder, 'other.tar.gz');
  const controller = new AbortController();
  await assert.rejects(createBackup({ ...options, to: other, signal: controller.signal, onProgress: ({ step }) => void (step === 'database' && controller.abort()) }), codeOf('interrupted'));
  await assert.rejects(createBackup({ ...options, to: join(file, 'below') }), codeOf('file-unwritable'));
  await assert.rejects(createBackup({ ...options, to: new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error('no'), { code: 'ENOSPC' })) }) }), codeOf('file-unwritable'));
  assert.ok(!existsSync(other) && !existsSync(`${other}.part`) && !existsSync(join(server.dataDir, 'content/.snapshots')));

  const chunks: Buffer[] = [];
  await createBackup({ ...options, keys: false, to: new Writable({ write: (chunk: Buffer, _encoding, done) => (chunks.push(chunk), done()) }) });
  await writeFile(other, Buffer.concat(chunks));
  assert.equal((await checkBackup(other)).header.keys, false);
  assert.ok(!gunzipSync(Buffer.concat(chunks)).includes('the key that the tokens'));
  await inNewPlace(async ({ url }, dataDir) => {
    await assert.rejects(createBackup({ databaseUrl: url, dataDir, to: join(folder, 'nothing.tar.gz') }), codeOf('database-empty'));
  });
  const audit = await query(server.databaseUrl, "select 1 from audit where action = 'data.backup' and details ->> 'sha256' = $1", [made.sha256]);
  assert.equal(audit.rowCount, 1);
});

test('a course that is imported or removed meanwhile is in it with its files, or not at all', async () => {
  const client = await connect(server.databaseUrl, 'test');
  try {
    // Somebody imports: the files are being put in place, the row is not there yet.
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock_shared($1)', [0x4c434f4e]);
    const waiting = createBackup({ databaseUrl: server.databaseUrl, dataDir: server.dataDir, to: join(folder, 'course.tar.gz') });
    for (let waits = 0; waits === 0; ) ({ rowCount: waits } = (await query(server.databaseUrl, "select 1 from pg_stat_activity where application_name = 'lectern-backup' and wait_event_type = 'Lock'")) as { rowCount: number });
    await client.query("update courses set title = '\"changed\"'");
    await client.query('commit');
    await waiting;
    assert.match(gunzipSync(await readFile(join(folder, 'course.tar.gz'))).toString('latin1'), /\t"changed"\t/);
  } finally {
    await client.end();
  }
});
