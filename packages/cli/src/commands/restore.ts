import { resolve } from 'node:path';
import { checkBackup, openPlace, readConfig, restoreBackup } from '@lectern/server';
import { Command } from 'commander';
import { describeContents, untilStopped, watchProgress } from '../backup-report.js';
import { errorJson, EXIT, report } from '../report.js';
import type { Env } from '../server-client.js';

interface RestoreFlags {
  readonly data?: string;
  readonly replace?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** `lectern restore FILE`: puts a backup in place, all of it or nothing. */
export function restoreCommand(env: Env, finish: (code: number) => void): Command {
  return new Command('restore')
    .description('Put a backup in place, all of it or nothing. The servers must be stopped. An older backup is brought up to date.')
    .argument('<file>', 'the backup')
    .option('--data <folder>', 'where the server is to keep everything (LECTERN_DATA, default .lectern); DATABASE_URL names another database')
    .option('--replace', 'remove what is there; without it, only an empty place is filled')
    .option('--check', 'only read the backup and hold it against its checksum')
    .option('--json', 'print one JSON object')
    .action(async (name: string, flags: RestoreFlags) => {
      const progress = watchProgress(flags.json === true);
      const say = (value: object, text: string): void => void process.stdout.write(`${flags.json ? JSON.stringify(value) : text}\n`);
      try {
        const file = resolve(name);
        const checked = await untilStopped((signal) => checkBackup(file, { onProgress: progress.show, signal }));
        const { header, end } = checked;
        if (flags.check) {
          progress.end();
          say({ file, id: header.id, createdAt: header.createdAt, migrations: header.migrations, keys: header.keys, ...end }, `The backup of ${header.createdAt} is whole: ${describeContents(end)}`);
          return;
        }
        const config = readConfig({ ...env, ...(flags.data === undefined ? {} : { LECTERN_DATA: flags.data }) });
        const place = await openPlace(config, { alone: true });
        try {
          const summary = await untilStopped((signal) => restoreBackup({ ...place, file, checked, replace: flags.replace === true, onProgress: progress.show, signal }));
          progress.end();
          const lines = [`Restored the backup of ${summary.createdAt}: ${describeContents(summary)}`];
          if (summary.migrated.length > 0) lines.push(`Brought up to date: ${summary.migrated.join(', ')}`);
          if (!summary.keys) lines.push('No keys came with it: the server uses those of the environment, or makes new ones. Secrets of forwarding open only under the old token key.');
          say({ file, ...summary }, lines.join('\n'));
        } finally {
          progress.end();
          await place.close();
        }
      } catch (error) {
        progress.end();
        if (flags.json) process.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
        report(error);
        finish(EXIT.failed);
      }
    });
}
