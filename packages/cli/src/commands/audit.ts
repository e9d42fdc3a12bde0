import type { StoredAuditEntry } from '@lectern/server';
import { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { serverAction, type AnswerFlags } from '../server-action.js';
import { withServerOptions, type Env } from '../server-client.js';

interface AuditFlags extends AnswerFlags {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
}

/** Entries asked for at a time. */
const PAGE = 500;

/** `lectern audit`: what was done with the tenant's keys, the newest first; with `--json` one object a line. */
export function auditCommand(env: Env, finish: (code: number) => void): Command {
  return withServerOptions(new Command('audit').description('Show administrative acts, the newest first.'), env)
    .option('--actor <key>', 'of this key')
    .option('--action <action>', 'of this kind: key.rotate, or key for all that is about keys')
    .option('--subject <id>', 'about this key, tenant, course, conferral or policy')
    .option('--since <time>', 'at or after, in RFC 3339')
    .option('--until <time>', 'before, in RFC 3339')
    .option('--limit <count>', 'how many; 0 for all', '100')
    .option('--json', 'print one JSON object an entry')
    .action(serverAction<AuditFlags>(env, finish, async (ask, { actor, action, subject, since, until, limit, json }) => {
      if (!/^\d{1,9}$/.test(limit)) throw new CommandError('option-invalid', '--limit is a whole number from 0.', { field: '--limit' });
      const filters = Object.entries({ actor, action, subject, since, until }).filter((pair): pair is [string, string] => pair[1] !== undefined);
      let left = Number(limit) || Infinity;
      let next = `/audit?${new URLSearchParams([...filters, ['limit', String(Math.min(left, PAGE))]])}`;
      while (next !== '' && left > 0) {
        const { entries, more } = (await ask('GET', next)) as { entries: StoredAuditEntry[]; more: string };
        // As it comes: an audit may be longer than memory.
        for (const entry of entries.slice(0, left)) process.stdout.write(json ? `${JSON.stringify(entry)}\n` : line(entry));
        left -= entries.length;
        next = more;
      }
      return undefined;
    }));
}

/** What is stored may hold anything; a terminal is given no control characters. JSON escapes those of the details itself. */
function line({ at, actor, action, subject, details }: StoredAuditEntry): string {
  const rest = Object.keys(details).length > 0 ? `  ${JSON.stringify(details)}` : '';
  return `${at}  ${[actor, action, subject].join('  ').replace(/\p{Cc}/gu, '?')}${rest}\n`;
}
