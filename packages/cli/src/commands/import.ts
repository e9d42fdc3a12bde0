import { basename } from 'node:path';
import { pickText, type Text } from '@lectern/core';
import type { AdminKey } from '@lectern/server';
import * as prompts from '@clack/prompts';
import { Command } from 'commander';
import { openPackage } from '../open-package.js';
import { errorJson, EXIT, report } from '../report.js';
import { askServer, findKey, withServerOptions, type Env, type ServerFlags } from '../server-client.js';

interface ImportFlags extends ServerFlags {
  readonly json?: boolean;
  readonly manifest?: string;
}

interface Imported {
  readonly id: string;
  readonly title: Text;
  readonly format: string;
  readonly units: number;
  readonly warnings: readonly { readonly message: string }[];
}

/** `lectern import FILE…`: hands packages to a running server. */
export function importCommand(env: Env, finish: (code: number) => void): Command {
  return withServerOptions(new Command('import'), env)
    .description('Import course packages into a running server.')
    .argument('<file...>', 'the packages')
    .option('--manifest <name>', 'read packages by this manifest (imsmanifest.xml, cmi5.xml, tincan.xml, h5p.json), though they have a course.json')
    .option('--json', 'print one JSON object a package')
    .action(async (files: string[], flags: ImportFlags) => {
      const key = await findKey(env, flags);
      for (const file of files) {
        const spinner = flags.json || !process.stdout.isTTY ? undefined : prompts.spinner();
        spinner?.start(`Importing ${basename(file)}`);
        try {
          const course = await importFile(file, flags, key);
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

async function importFile(file: string, { url, manifest }: ImportFlags, key: AdminKey): Promise<Imported> {
  const path = manifest === undefined ? '/courseware' : `/courseware?${new URLSearchParams({ manifest }).toString()}`;
  return (await askServer(url, key, { method: 'POST', path, body: await openPackage(file), file: basename(file) })) as Imported;
}
