import { resolve } from 'node:path';
import { readAdminKey, type AdminKey } from '@lectern/server';
import type { Command } from 'commander';
import { CommandError } from './command-error.js';

export type Env = Readonly<Record<string, string | undefined>>;

export interface ServerFlags {
  readonly url: string;
  readonly data?: string;
}

/** The options of commands that speak with a running server. */
export function withServerOptions(command: Command, env: Env): Command {
  return command
    .option('--url <address>', 'the server', `http://127.0.0.1:${env['PORT'] || '4173'}`)
    .option('--data <folder>', 'where the server keeps its key (LECTERN_DATA); not needed with LECTERN_KEY and LECTERN_SECRET');
}

/** @throws CommandError `key-missing` */
export async function findKey(env: Env, { data }: Pick<ServerFlags, 'data'>): Promise<AdminKey> {
  const [key, secret] = [env['LECTERN_KEY'], env['LECTERN_SECRET']];
  if (key && secret) return { key, secret };
  return readAdminKey(resolve(data ?? (env['LECTERN_DATA'] || '.lectern'))).catch((cause: unknown) => {
    throw new CommandError('key-missing', 'There is no key: set LECTERN_KEY and LECTERN_SECRET, or name the server’s folder with --data.', { field: 'LECTERN_KEY', cause });
  });
}

export interface ServerRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: Blob | object;
  /** What a fault of the server's is about, where it is not the request as a whole. */
  readonly file?: string;
}

/**
 * Asks the server under an administrator's key.
 * @returns the answer's JSON, `undefined` where it has none
 * @throws CommandError `server-unreachable`, or with the server's own code
 */
export async function askServer(url: string, { key, secret }: AdminKey, { method, path, body, file }: ServerRequest): Promise<unknown> {
  const isBlob = body instanceof Blob;
  const response = await fetch(new URL(path, url), {
    method,
    headers: { Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`, ...(body === undefined ? {} : { 'Content-Type': isBlob ? body.type : 'application/json' }) },
    ...(body === undefined ? {} : { body: isBlob ? body : JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new CommandError('server-unreachable', `No server answers at ${url}. Start one with "lectern serve", or name it with --url.`, { field: '--url', cause });
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const { code = 'refused', detail = `The server answered ${response.status}.`, file: where, field, clause } = (answer ?? {}) as Record<string, string | undefined>;
  throw new CommandError(code, detail, {
    ...(file === undefined && where === undefined ? {} : { file: [file, where].filter(Boolean).join(': ') }),
    ...(field === undefined ? {} : { field }),
    ...(clause === undefined ? {} : { clause }),
  });
}
