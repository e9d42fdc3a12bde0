import { resolve } from 'node:path';
import { createBackup, openPlace, readConfig } from '@lectern/server';
import { Command } from 'commander';
import { describeContents, formatSize, untilStopped, watchProgress } from '../backup-report.js';
import { errorJson, EXIT, report } from '../report.js';
import type { Env } from '../server-client.js';

interface BackupFlags {
  readonly data?: string;
  readonly force?: boolean;
  readonly keys: boolean;
  readonly json?: boolean;
}

/** `lectern backup [FILE]`: everything as it is at one moment, in one file, while the server goes on. */
export function backupCommand(env: Env, finish: (code: number) => void): Command {
  return new Command('backup')
    .description('Write everything into one file, as it is at one moment: statements, documents, attachments, courses, keys. The server may run.')
    .argument('[file]', 'where to; - for standard output (default lectern-backup-TIME.tar.gz)')
    .option('--data <folder>', 'where the server keeps everything (LECTERN_DATA, default .lectern); DATABASE_URL names another database')
    .option('--no-keys', 'without the data folder’s key.json and token.key, which open the server')
    .option('--force', 'replace a file of that name')
    .option('--json', 'print one JSON object')
    .action(async (file: string | undefined, flags: BackupFlags) => {
      const toStream = file === '-';
      try {
        const config = readConfig({ ...env, ...(flags.data === undefined ? {} : { LECTERN_DATA: flags.data }) });
        const target = resolve(file ?? `lectern-backup-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.tar.gz`);
        const place = await openPlace(config, { alone: false });
        const progress = watchProgress(flags.json === true);
        try {
          const summary = await untilStopped((signal) => createBackup({ ...place, to: toStream ? process.stdout : target, force: flags.force === true, keys: flags.keys, onProgress: progress.show, signal }));
          progress.end();
          const said = { ...(toStream ? {} : { file: target }), ...summary };
          const lines = [`Backup of ${summary.createdAt}: ${describeContents(summary)}`, `${toStream ? '' : `${target}  `}${formatSize(summary.size)}  sha256 ${summary.sha256}`];
          if (flags.keys && summary.keys.length < 2) lines.push('Keys of the environment (LECTERN_KEY, LECTERN_SECRET, LECTERN_TOKEN_KEY) are not in it: keep them, too.');
          // Standard output may be the backup itself.
          (toStream ? process.stderr : process.stdout).write(flags.json ? `${JSON.stringify(said)}\n` : `${lines.join('\n')}\n`);
        } finally {
          progress.end();
          await place.close();
        }
      } catch (error) {
        if (flags.json && !toStream) process.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
        report(error);
        finish(EXIT.failed);
      }
    });
}
