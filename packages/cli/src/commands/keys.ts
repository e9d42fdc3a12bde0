import type { ApiKey, MadeKey } from '@lectern/server';
import { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { describeKeyState, describeMadeKey } from '../describe-key.js';
import { serverAction, type AnswerFlags } from '../server-action.js';
import { withServerOptions, type Env } from '../server-client.js';
import { table } from '../table.js';

interface CreateFlags extends AnswerFlags {
  readonly scope: string[];
  readonly label?: string;
  readonly expires?: string;
}

interface RotateFlags extends AnswerFlags {
  readonly overlap?: string;
}

/** `lectern keys …`: the keys of the tenant whose administrator's key is used. */
export function keysCommand(env: Env, finish: (code: number) => void): Command {
  const keys = new Command('keys').description('List, create, rotate and revoke the keys of a tenant.');
  const command = (name: string, description: string): Command => withServerOptions(keys.command(name).description(description), env).option('--json', 'print JSON');

  command('list', 'List keys; secrets are never shown again.').action(serverAction(env, finish, async (ask) => {
    const { keys: json } = (await ask('GET', '/keys')) as { keys: ApiKey[] };
    return { json, text: table(['KEY', 'SCOPES', 'STATE', 'LABEL'], json.map((key) => [key.key, key.scopes.join(' '), describeKeyState(key), key.label])) };
  }));

  command('create', 'Make a key. Its secret is shown this once.')
    .requiredOption('--scope <scope...>', 'what it may do: statements/write, statements/read/mine, statements/read, state, define, profile, all/read, all, launch, admin')
    .option('--label <text>', 'what it is for')
    .option('--expires <time>', 'when it ends, in RFC 3339: 2027-01-31T00:00:00Z')
    .action(serverAction<CreateFlags>(env, finish, async (ask, { scope: scopes, label, expires: expiresAt }) => {
      const json = (await ask('POST', '/keys', { scopes, label, expiresAt })) as MadeKey;
      return { json, text: describeMadeKey(json) };
    }));

  command('rotate', 'Give a key a new secret, shown this once; the old one stays good for a while.')
    .argument('<key>')
    .option('--overlap <hours>', 'how long the old secret stays good, 0 to 720 hours (default 24)')
    .action(serverAction<RotateFlags>(env, finish, async (ask, { overlap }, key) => {
      const json = (await ask('POST', `/keys/${encodeURIComponent(key)}/rotate`, overlap === undefined ? {} : { overlapSeconds: secondsOf(overlap) })) as MadeKey;
      return { json, text: describeMadeKey(json) };
    }));

  command('revoke', 'End a key at once.').argument('<key>').action(serverAction(env, finish, async (ask, _flags, key) => {
    await ask('DELETE', `/keys/${encodeURIComponent(key)}`);
    return { json: { key, revoked: true }, text: `${key} opens nothing any more.` };
  }));

  return keys;
}

function secondsOf(hours: string): number {
  const seconds = Math.round(Number(hours) * 3_600);
  if (!/^\d+(\.\d+)?$/.test(hours) || seconds > 720 * 3_600) throw new CommandError('option-invalid', '--overlap is a number of hours from 0 to 720.', { field: '--overlap' });
  return seconds;
}
