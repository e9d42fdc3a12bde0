import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { ServerError } from '../errors.js';
import { canEnter, findBinaries, type PostgresBinaries, type RunAs } from './binaries.js';

const run = promisify(execFile);
const USER = 'lectern';
const DATABASE = 'lectern';
/** Milliseconds. */
const START_TIMEOUT = 60_000;
const STOP_TIMEOUT = 30_000;

export interface EmbeddedPostgres {
  /** `postgresql://` address of the database. */
  readonly url: string;
  /** Process id of the postmaster. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** What is kept in `postgres.json`. */
interface Settings {
  readonly port: number;
  readonly password: string;
  /** The cluster's folder; elsewhere when PostgreSQL's user cannot reach the data folder. */
  readonly folder: string;
}

/**
 * Starts the embedded PostgreSQL of a data folder, or takes over the one that a killed server left running there.
 * @throws ServerError `database-unavailable`
 */
export async function startEmbedded(dataDir: string): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries();
  await mkdir(dataDir, { recursive: true });
  let settings = await loadSettings(dataDir, binaries);
  if (!(await exists(join(settings.folder, 'PG_VERSION')))) await initialise(settings, binaries);
  const deadline = Date.now() + START_TIMEOUT;
  while (Date.now() < deadline) {
    if (await answers(settings)) {
      await ensureDatabase(settings);
      return handle(settings);
    }
    const owner = await readPostmaster(settings.folder);
    if (owner && (await isPostgres(owner.pid))) {
      await wait(100); // starting, recovering or stopping
      continue;
    }
    // PostgreSQL takes a lock file of a dead process for stale, but not one whose number now belongs to somebody else.
    if (owner) await rm(join(settings.folder, 'postmaster.pid'), { force: true });
    if (!(await isFree(settings.port))) settings = await saveSettings(dataDir, { ...settings, port: await freePort() });
    await launch(settings, binaries, dataDir, deadline);
  }
  throw new ServerError('database-unavailable', `The embedded PostgreSQL did not start within ${START_TIMEOUT / 1000} s; see postgres.log.`, { file: join(dataDir, 'postgres.log') });
}

async function loadSettings(dataDir: string, { runAs }: PostgresBinaries): Promise<Settings> {
  const known = await readFile(join(dataDir, 'postgres.json'), 'utf8').then((text) => JSON.parse(text) as Settings, () => undefined);
  if (known) return known;
  const folder = (await makeReachable(dataDir, runAs)) ? join(dataDir, 'postgres') : await folderElsewhere(runAs);
  return saveSettings(dataDir, { port: await freePort(), password: randomBytes(24).toString('hex'), folder });
}

/** A private data folder is opened as far as passing through: nobody may list it, and what is secret in it has a mode of its own. */
async function makeReachable(dataDir: string, runAs: RunAs): Promise<boolean> {
  if (await canEnter(dataDir, runAs)) return true;
  const { mode } = await stat(dataDir);
  await chmod(dataDir, mode | 0o011);
  if (await canEnter(dataDir, runAs)) return true;
  await chmod(dataDir, mode); // a folder above it is closed: leave everything as it was
  return false;
}

/** For root with a data folder inside a private one: a lasting place that PostgreSQL's user can reach. */
async function folderElsewhere(runAs: RunAs): Promise<string> {
  const parent = '/var/lib/lectern';
  await mkdir(parent, { recursive: true });
  await chmod(parent, 0o755);
  if (!(await canEnter(parent, runAs))) {
    throw new ServerError('database-unavailable', 'PostgreSQL’s user can reach neither LECTERN_DATA nor /var/lib/lectern. Move LECTERN_DATA, or set DATABASE_URL.', { field: 'LECTERN_DATA' });
  }
  return join(parent, `postgres-${randomBytes(6).toString('hex')}`);
}

async function saveSettings(dataDir: string, settings: Settings): Promise<Settings> {
  const file = join(dataDir, 'postgres.json');
  await writeFile(`${file}.new`, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return settings;
}

async function initialise(settings: Settings, { initdb, runAs }: PostgresBinaries): Promise<void> {
  // Made aside and renamed when whole: a crash in between leaves no half cluster.
  const draft = `${settings.folder}.new`;
  const passwordFile = `${settings.folder}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, settings.password, { mode: 0o600 });
  try {
    if (runAs.uid !== undefined) {
      await chown(draft, runAs.uid, runAs.gid ?? runAs.uid);
      await chown(passwordFile, runAs.uid, runAs.gid ?? runAs.uid);
    }
    const args = [`--pgdata=${draft}`, `--username=${USER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    await run(initdb, args, { ...runAs, cwd: dirname(draft), env: environment() });
    await rename(draft, settings.folder);
  } catch (cause) {
    throw new ServerError('database-unavailable', `The embedded PostgreSQL could not make its folder: ${messageOf(cause)}`, { file: settings.folder, cause });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Resolves when it answers, has died, or the deadline has passed; the caller looks. */
async function launch(settings: Settings, { postgres, runAs }: PostgresBinaries, dataDir: string, deadline: number): Promise<void> {
  const log = await open(join(dataDir, 'postgres.log'), 'a', 0o600);
  const flags = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${settings.port}`, 'max_connections=60', 'shared_buffers=128MB', 'password_encryption=scram-sha-256', 'timezone=UTC'];
  // Detached: Ctrl-C in a terminal reaches the server alone, which then stops the database in order.
  const child = spawn(postgres, ['-D', settings.folder, ...flags.flatMap((flag) => ['-c', flag])], {
    ...runAs, cwd: settings.folder, env: environment(), detached: true, stdio: ['ignore', log.fd, log.fd],
  });
  let exited = false;
  child.on('exit', () => (exited = true));
  child.on('error', () => (exited = true));
  child.unref();
  await log.close();
  while (!exited && Date.now() < deadline && !(await answers(settings))) await wait(50);
  if (exited) await wait(250);
}

function handle(settings: Settings): Promise<EmbeddedPostgres> {
  return readPostmaster(settings.folder).then((owner) => {
    if (!owner) throw new ServerError('database-unavailable', 'The embedded PostgreSQL went away as it started.', { file: settings.folder });
    return {
      url: addressOf(settings, DATABASE),
      pid: owner.pid,
      stop: () => stop(settings, owner.pid),
    };
  });
}

async function stop(settings: Settings, pid: number): Promise<void> {
  const owner = await readPostmaster(settings.folder);
  if (owner?.pid !== pid) return;
  signal(pid, 'SIGINT'); // "fast": open transactions are rolled back, what is committed is kept
  const deadline = Date.now() + STOP_TIMEOUT;
  // The lock file goes last. In a container without an init the process itself may stay on as a zombie.
  while (Date.now() < deadline && signal(pid, 0) && (await readPostmaster(settings.folder))) await wait(25);
}

async function ensureDatabase(settings: Settings): Promise<void> {
  const client = new pg.Client({ connectionString: addressOf(settings, 'postgres') });
  client.on('error', () => undefined); // its queries report that
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Whether our cluster, and not somebody else's, answers on the port. */
async function answers(settings: Settings): Promise<boolean> {
  const client = new pg.Client({ connectionString: addressOf(settings, 'postgres'), connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory === settings.folder;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readPostmaster(folder: string): Promise<{ pid: number } | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const pid = Number(text?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid } : undefined;
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!signal(pid, 0)) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return command === undefined || command.includes('postgres'); // no /proc: take it at its word
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

const addressOf = ({ port, password }: Settings, database: string): string => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;
const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' });
const exists = (file: string): Promise<boolean> => readFile(file).then(() => true, () => false);
const messageOf = (error: unknown): string => ((error as { stderr?: string }).stderr?.trim() || (error instanceof Error ? error.message : String(error))).slice(0, 500);
