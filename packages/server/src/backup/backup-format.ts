import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { BackupError } from './backup-error.js';

/**
 * A backup is a tar archive (POSIX pax) under gzip, so that it can be looked into without Lectern:
 *
 * - `lectern.json`, the first entry: {@link BackupHeader}
 * - `keys/key.json`, `keys/token.key`: the data folder's, where it has them
 * - `content/<course>/<path>`: the courses' files
 * - `database/<table>/<number>.copy`: rows in PostgreSQL's COPY text format, in the header's order of columns, cut between rows
 * - `end.json`, the last entry: {@link BackupEnd}. Where it is missing, the backup is not whole.
 */
export const FORMAT = 'lectern-backup';
/** Readers refuse a later one. */
export const FORMAT_VERSION = 1;

export const HEADER_NAME = 'lectern.json';
export const END_NAME = 'end.json';

/** The files of the data folder that hold keys. `postgres.json` is not among them: the embedded PostgreSQL makes its own. */
export const KEY_FILES = ['key.json', 'token.key'] as const;

const identifier = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,62}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const headerSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(FORMAT_VERSION),
  id: v.pipe(v.string(), v.uuid()),
  /** When the snapshot was taken: RFC 3339. */
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  /** PostgreSQL's version. */
  postgres: v.string(),
  /** The schema: the migrations that had been applied, in order. */
  migrations: v.pipe(v.array(v.pipe(v.string(), v.regex(/^\d{4}-[a-z0-9-]+$/))), v.minLength(1), v.maxLength(1_000)),
  /** In the order in which they are restored. */
  tables: v.pipe(v.array(v.object({ name: identifier, columns: v.pipe(v.array(identifier), v.minLength(1)) })), v.minLength(1), v.maxLength(200)),
  /** The last values that identity columns have given out. */
  identities: v.pipe(v.array(v.object({ table: identifier, column: identifier, last: count })), v.maxLength(200)),
  /** Whether the keys of the data folder are in it. */
  keys: v.boolean(),
});

const endSchema = v.object({
  /** Entries before this one. */
  entries: count,
  /** Of all entries before this one, see {@link EntryDigest}; hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** Rows of each table. */
  rows: v.record(identifier, count),
  contentFiles: count,
  courses: count,
});

export type BackupHeader = v.InferOutput<typeof headerSchema>;
export type BackupEnd = v.InferOutput<typeof endSchema>;

/** @throws BackupError `backup-foreign`, `backup-newer`, `backup-invalid` */
export function parseHeader(text: string, file: string): BackupHeader {
  const value = parseJson(text, HEADER_NAME, file);
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as { format?: unknown; version?: unknown };
  if (format !== FORMAT) throw new BackupError('backup-foreign', 'This is not a backup of Lectern’s.', { file, field: HEADER_NAME });
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    throw new BackupError('backup-newer', `The backup has format ${version}; this Lectern reads ${FORMAT_VERSION}. Restore it with the Lectern that made it, or a newer one.`, { file, field: 'version' });
  }
  return parse(headerSchema, value, HEADER_NAME, file);
}

/** @throws BackupError `backup-invalid` */
export const parseEnd = (text: string, file: string): BackupEnd => parse(endSchema, parseJson(text, END_NAME, file), END_NAME, file);

function parse<Schema extends v.GenericSchema>(schema: Schema, value: unknown, name: string, file: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new BackupError('backup-invalid', `${name} does not say what a backup says.`, { file, field: `${name}: ${v.getDotPath(issue) ?? ''}` });
}

function parseJson(text: string, name: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BackupError('backup-invalid', `${name} is no JSON.`, { file, field: name, cause });
  }
}

/** What an entry between the first and the last is. */
export type EntryPlace =
  | { readonly kind: 'key'; readonly file: (typeof KEY_FILES)[number] }
  | { readonly kind: 'content'; readonly course: string; readonly path: readonly string[] }
  | { readonly kind: 'rows'; readonly table: string; readonly part: number };

export const isCourseId = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,63}$/.test(text);

/** @returns `undefined` for a name that belongs nowhere, or leads elsewhere */
export function placeOf(name: string): EntryPlace | undefined {
  const [kind, first = '', ...rest] = name.split('/');
  if (kind === 'keys') {
    const file = KEY_FILES.find((one) => one === first);
    return file && rest.length === 0 ? { kind: 'key', file } : undefined;
  }
  if (kind === 'content') {
    const isSafe = rest.length > 0 && rest.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0]/.test(part));
    return isCourseId(first) && isSafe ? { kind: 'content', course: first, path: rest } : undefined;
  }
  const [, table, part] = /^database\/([a-z0-9_]+)\/(\d{6,9})\.copy$/.exec(name) ?? [];
  return table === undefined ? undefined : { kind: 'rows', table, part: Number(part) };
}

/** SHA-256 over all entries: of each its name, a zero octet, its size in decimal digits, a line break, its octets. It finds damage; it does not say who wrote the file. */
export class EntryDigest {
  readonly #hash = createHash('sha256');
  #entries = 0;

  begin(name: string, size: number): void {
    this.#entries++;
    this.#hash.update(`${name}\0${size}\n`);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  result(): { entries: number; sha256: string } {
    return { entries: this.#entries, sha256: this.#hash.copy().digest('hex') };
  }
}
