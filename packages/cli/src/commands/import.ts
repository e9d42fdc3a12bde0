import { basename, resolve } from 'node:path';
import { pickText, type Text } from '@lectern/core';
import { readAdminKey, type AdminKey } from '@lectern/server';
import * as prompts from '@clack/prompts';
import { Command } from 'commander';
import { ImportError } from '../import-error.js';
import { openPackage } from '../open-package.js';
import { errorJson, EXIT, report } from '../report.js';

interface ImportFlags {
  readonly url: string;
  readonly data?: string;
  readonly json?: boolean;
}

interface Imported {
  readonly id: string;
  readonly title: Text;
  readonly format: string;
  readonly units: number;
  readonly warnings: readonly { readonly message: string }[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** `lectern import FILE…`: hands packages to a running server. */
export function importCommand(env: Env, finish: (code: number) => void): Command {
  return new Command('import')
    .description('Import course packages into a running server.')
    .argument('<file...>', 'the packages')
    .option('--url <address>', 'the server', `http://127.0.0.1:${env['PORT'] || '4173'}`)
    .option('--data <folder>', 'where the server keeps its key (LECTERN_DATA); not needed with LECTERN_KEY and LECTERN_SECRET')
    .option('--json', 'print one JSON object a package')
    .action(async (files: string[], flags: ImportFlags) => {
      const key = await findKey(env, flags);
      for (const file of files) {
        const spinner = flags.json || !process.stdout.isTTY ? undefined : prompts.spinner();
        spinner?.start(`Importing ${basename(file)}`);
        try {
          const course = await importFile(file, flags.url, key);
          if (flags.json) process.stdout.write(`${JSON.stringify({ file, ...course })}\n`);
          else {
            const line = `${pickText(course.title, [])} (${course.format}, ${course.units} ${course.units === 1 ? 'unit' : 'units'}): ${new URL(`/play/${course.id}`, flags.url).href}`;
            if (spinner) spinner.stop(line);
            else process.stdout.write(`${line}\n`);
            for (const { message } of course.warnings) process.stderr.write(`warning: ${message}\n`);
          }
        } catch (error) {
          spinner?.stop(`${basename(file)} was not imported`);
          if (flags.json) process.stdout.write(`${JSON.stringify({ file, error: errorJson(error) })}\n`);
          else report(error);
          finish(EXIT.failed);
        }
      }
    });
}

async function findKey(env: Env, { data }: ImportFlags): Promise<AdminKey> {
  const [key, secret] = [env['LECTERN_KEY'], env['LECTERN_SECRET']];
  if (key && secret) return { key, secret };
  return readAdminKey(resolve(data ?? (env['LECTERN_DATA'] || '.lectern'))).catch((cause: unknown) => {
    throw new ImportError('key-missing', 'There is no key: set LECTERN_KEY and LECTERN_SECRET, or name the server’s folder with --data.', { field: 'LECTERN_KEY', cause });
  });
}

async function importFile(file: string, url: string, { key, secret }: AdminKey): Promise<Imported> {
  const body = await openPackage(file);
  const response = await fetch(new URL('/courseware', url), {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`, 'Content-Type': 'application/zip' },
    body,
  }).catch((cause: unknown) => {
    throw new ImportError('server-unreachable', `No server answers at ${url}. Start one with "lectern serve", or name it with --url.`, { field: '--url', cause });
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.status === 201) return answer as Imported;
  const { code = 'refused', detail = `The server answered ${response.status}.`, file: where, field, clause } = (answer ?? {}) as Record<string, string | undefined>;
  throw new ImportError(code, detail, {
    file: where === undefined ? basename(file) : `${basename(file)}: ${where}`,
    ...(field === undefined ? {} : { field }),
    ...(clause === undefined ? {} : { clause }),
  });
}
