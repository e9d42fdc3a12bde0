import { basename, extname, join, resolve } from 'node:path';
import * as zlib from 'node:zlib';
import { listUnits } from '@lectern/core';
import { PACK_TARGETS, packCourse, type PackResult, type PackSplit, type PackTarget } from '@lectern/courseware';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../command-error.js';
import { writeWhole } from '../pack/file-sink.js';
import { findH5pPlayer } from '../pack/h5p-player.js';
import { isManifest, openCourse } from '../pack/open-course.js';
import { playerFilesFor } from '../pack/player-files.js';
import { readFolder } from '../pack/read-files.js';
import { showProgress } from '../progress.js';
import { errorJson, EXIT, report } from '../report.js';
import type { Env } from '../server-client.js';

interface PackFlags {
  readonly as: PackTarget;
  readonly out?: string;
  readonly split?: PackSplit;
  readonly id?: string;
  readonly mastery?: number;
  readonly schemas?: string;
  readonly h5pPlayer?: string;
  readonly json?: boolean;
}

const HELP = `
COURSE is a folder with a course.json (or an imsmanifest.xml, cmi5.xml, tincan.xml or h5p.json), that file, or a package of any of these kinds.

What it is packed as:
  scorm12       SCORM 1.2: every LMS there is. Remembers 4,096 characters.
  scorm2004-3   SCORM 2004 3rd Edition; scorm2004-4 its 4th. Remember 64,000 characters, know sequencing.
  cmi5          cmi5 (Quartz): the detail goes to the LMS's record store.
  xapi          Tin Can package: as cmi5, without its rules.
  cc            IMS Common Cartridge 1.1: plays, and records nothing.

The package holds the player, the content and a manifest; it asks no server but the LMS and those that the course names. The same content gives the same
bytes. .h5p packages that units of a course.json name are unpacked. What plays H5P content (h5p-standalone, with code under the GPL) is no part of Lectern:
install it where you are (npm install --ignore-scripts h5p-standalone), or name it with --h5p-player. Standards' schema files are not part of Lectern: hosts that insist on them get them with --schemas.

Examples:
  lectern pack course/ --as scorm12
  lectern pack golf.zip --as cmi5 --out golf-cmi5.zip
  lectern pack course/ --as scorm2004-4 --split multi --json

Exit status: 0 packed (warnings may be printed), 1 refused or failed, 2 wrong usage.`;

/** `lectern pack COURSE`: a package for other LMSs. */
export function packCommand(env: Env, finish: (code: number) => void): Command {
  return new Command('pack')
    .description('Write a course as a package that any LMS takes, with the player inside.')
    .argument('<course>', 'a folder, a manifest or a package')
    .addOption(new Option('--as <kind>', 'what it is packed as').choices(PACK_TARGETS).makeOptionMandatory())
    .option('-o, --out <file>', 'the package (default: beside where you are, NAME-KIND.zip)')
    .addOption(new Option('--split <how>', 'single: one activity that leads through the course; multi: one for each unit, which the LMS leads through').choices(['single', 'multi']))
    .option('--id <iri>', 'the course’s activity id (default: its own)')
    .option('--mastery <score>', 'from 0 to 1: at which score the LMS calls the whole course passed', fraction)
    .option('--schemas <folder>', 'the standard’s schema files, to be carried along')
    .option('--h5p-player <folder>', 'h5p-standalone, for courses with H5P content (LECTERN_H5P_PLAYER; default: the one that is installed where you are)')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (from: string, flags: PackFlags) => {
      try {
        const { out, result } = await pack(env, from, flags);
        process.stdout.write(flags.json ? `${JSON.stringify({ file: out, ...result })}\n` : `${out}: ${flags.as}, ${count(result.launches, 'activity', 'activities')}, ${count(result.files, 'file', 'files')}, ${(result.bytes / 1024 / 1024).toFixed(1)} MiB\n`);
      } catch (error) {
        if (flags.json) process.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
        else report(error);
        finish(EXIT.failed);
      }
    });
}

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be from 0 to 1.');
  return value;
}

async function pack(env: Env, from: string, flags: PackFlags): Promise<{ out: string; result: PackResult }> {
  const source = await openCourse(from);
  try {
    const out = resolve(flags.out ?? `${nameOf(from)}-${flags.as}.${flags.as === 'cc' ? 'imscc' : 'zip'}`);
    if (out === resolve(from)) throw new CommandError('option-invalid', 'The package would overwrite the course.', { field: '--out' });
    const warn = flags.json ? () => undefined : tellWarning;
    source.warnings.forEach(warn);
    const h5pPlayer = listUnits(source.course).some(({ kind }) => kind === 'h5p') ? await findH5pPlayer(flags.h5pPlayer ?? env['LECTERN_H5P_PLAYER'], flags.h5pPlayer === undefined ? 'LECTERN_H5P_PLAYER' : '--h5p-player') : undefined;
    const [player, schemas] = await Promise.all([playerFilesFor(source.course, flags.as, h5pPlayer), flags.schemas === undefined ? undefined : schemaFiles(flags.schemas)]);
    const progress = showProgress(`Packing ${basename(out)}`);
    try {
      // Not in every Node 20; the writer has one of its own.
      const { crc32 } = zlib as { readonly crc32?: (bytes: Uint8Array, value: number) => number };
      const result = await writeWhole(out, (sink) =>
        packCourse(source, player, sink, {
          as: flags.as,
          ...(flags.split ? { split: flags.split } : {}),
          ...(flags.id ? { id: flags.id } : {}),
          ...(flags.mastery === undefined ? {} : { masteryScore: flags.mastery }),
          ...(schemas ? { schemas } : {}),
          ...(crc32 ? { crc32 } : {}),
          onWarning: (warning) => {
            progress.end();
            warn(warning);
          },
          onProgress: ({ done, total }) => progress.at(total === 0 ? 1 : done / total),
        }),
      );
      return { out, result: { ...result, warnings: [...source.warnings, ...result.warnings] } };
    } finally {
      progress.end();
    }
  } finally {
    await source.close();
  }
}

const tellWarning = ({ message, file }: { readonly message: string; readonly file?: string }): void => void process.stderr.write(`warning: ${message}${file === undefined ? '' : ` [${file}]`}\n`);

/** What the course is called on disk, without its ending. */
function nameOf(from: string): string {
  const path = resolve(from);
  const name = basename(path);
  const named = isManifest(name) ? basename(join(path, '..')) : name.slice(0, name.length - extname(name).length);
  return named || 'course';
}

async function schemaFiles(folder: string) {
  const files = (await readFolder(folder, () => undefined)).filter(({ path }) => /\.(xsd|dtd)$/i.test(path));
  if (files.length === 0) throw new CommandError('option-invalid', 'There are no schema files (.xsd) in the folder.', { field: '--schemas', file: folder });
  return files;
}
