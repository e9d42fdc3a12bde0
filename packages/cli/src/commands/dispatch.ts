import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pickText, type Text } from '@lectern/core';
import { DISPATCH_TARGETS, packDispatch, writeZip, type DispatchTarget } from '@lectern/courseware';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../command-error.js';
import { openPackage } from '../open-package.js';
import { writeWhole } from '../pack/file-sink.js';
import { openCourse } from '../pack/open-course.js';
import { stubFilesFor } from '../pack/player-files.js';
import { errorJson, EXIT, report } from '../report.js';
import { askServer, findKey, type Env } from '../server-client.js';
import type { AdminKey } from '@lectern/server';

interface DispatchFlags {
  readonly as: DispatchTarget;
  readonly to: string;
  readonly institution: string;
  readonly seats?: number;
  readonly until?: string;
  readonly origin?: string[];
  readonly identity?: 'pseudonym' | 'account';
  readonly mastery?: number;
  readonly out?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** A licence as the server shows it, as far as a stub needs it. */
export interface DispatchView {
  readonly id: string;
  readonly courseId: string;
  readonly title: Text;
  readonly language?: string;
  readonly institution: string;
  readonly seats?: number;
  readonly until?: string;
  readonly used: number;
  readonly revokedAt?: string;
  readonly salt: string;
  readonly identity: 'pseudonym' | 'account' | 'browser';
  readonly to: string;
  readonly url: string;
}

const HELP = `
COURSE is the id of a course on the server, or a folder or package that is imported there first.

The package holds a stub of some 20 KiB and no content (--as xapi: in a Tin Can package). In the other LMS it shows the course from the owner's server, in a frame, and tells
that LMS what came of it. The owner may change the course at any time: nothing is imported again. The licence (how many learners, until when, framed by whom) is kept by the
server, and can be changed or withdrawn there: see "lectern dispatches".

Learners are named to the owner by pseudonyms, which the stub makes (SHA-256 with a salt of the licence's own); with --identity account by what their LMS calls them.

With --as cc (IMS Common Cartridge 1.1) the package is a link to the owner's server. A cartridge says neither who learns nor hears what came of it: each browser is one learner,
by a random number that it keeps, and takes one place; results are with the owner alone.

Examples:
  lectern dispatch lathe --as scorm12 --to https://learn.example --institution "Example University" --seats 200 --until 2027-07-31T16:00:00Z
  lectern dispatch lathe --as xapi --to https://learn.example --institution "Example Academy" --mastery 0.6
  lectern dispatch course/ --as cmi5 --to https://learn.example --institution "Example College" --origin https://moodle.example.edu

Exit status: 0 written, 1 refused or failed, 2 wrong usage.`;

/** `lectern dispatch COURSE`: a thin package for another institution's LMS. */
export function dispatchCommand(env: Env, finish: (code: number) => void): Command {
  const many = (value: string, before: string[] = []): string[] => [...before, value];
  return new Command('dispatch')
    .description('Write a thin package that shows a course in another LMS, from its owner’s server and under a licence.')
    .argument('<course>', 'a course on the server by its id, or a folder or package')
    .addOption(new Option('--as <kind>', 'what the LMS takes').choices(DISPATCH_TARGETS).makeOptionMandatory())
    .requiredOption('--to <url>', 'the owner’s server')
    .requiredOption('--institution <name>', 'who may use it')
    .option('--seats <number>', 'how many learners (default: any number)', whole)
    .option('--until <time>', 'until when, as RFC 3339 (default: without end)')
    .option('--origin <origin>', 'who may frame it, such as https://moodle.example.edu (may be repeated; default: anybody)', many)
    .addOption(new Option('--identity <what>', 'what the owner is told of learners (default: pseudonym)').choices(['pseudonym', 'account']))
    .option('--mastery <score>', 'from 0 to 1: at which score the LMS calls the course passed', fraction)
    .option('-o, --out <file>', 'the package (default: COURSE-dispatch-KIND.zip)')
    .option('--data <folder>', 'where the server keeps its key (LECTERN_DATA); not needed with LECTERN_KEY and LECTERN_SECRET')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (course: string, flags: DispatchFlags) => {
      try {
        const { file, bytes, ...view } = await dispatch(env, course, flags);
        const told = { file, bytes, id: view.id, institution: view.institution, url: view.url };
        process.stdout.write(flags.json ? `${JSON.stringify(told)}\n` : `${file}: ${flags.as}, ${(bytes / 1024).toFixed(1)} KiB, for ${view.institution}\nThe licence is ${view.id}. It is as good as a key: whoever has it, or the package, can launch under it.\n`);
      } catch (error) {
        if (flags.json) process.stdout.write(`${JSON.stringify({ error: errorJson(error) })}\n`);
        else report(error);
        finish(EXIT.failed);
      }
    });
}

async function dispatch(env: Env, course: string, flags: DispatchFlags): Promise<DispatchView & { readonly file: string; readonly bytes: number }> {
  const { as, to, institution, seats, until, origin, mastery } = flags;
  const identity = identityOf(flags);
  const key = await findKey(env, flags);
  const { hostname, protocol } = new URL(to);
  if (protocol === 'http:' && !/^(localhost|127\.|\[::1\])/.test(hostname) && !flags.json) process.stderr.write('warning: Pages of an https LMS show no frames of an http server: give --to an https address.\n');
  const id = existsSync(course) ? await importCourse(course, to, key) : course;
  const body = { course: id, institution, identity, ...(seats === undefined ? {} : { seats }), ...(until === undefined ? {} : { until }), ...(origin ? { origins: origin } : {}) };
  const view = (await askServer(to, key, { method: 'POST', path: '/dispatches', body })) as DispatchView;
  const file = resolve(flags.out ?? `${basename(course).replace(/\.[^.]*$/, '') || 'course'}-dispatch-${as}.zip`);
  const stub = as === 'cc' ? [] : await stubFilesFor(as);
  const { title, language, salt } = view;
  // By the address that was given: it is the one that other LMSs reach.
  const url = new URL(`/dispatch/${view.id}`, to).href;
  const dispatched = { id: `urn:lectern:dispatch:${view.id.slice(0, 8)}`, title, url, salt, identity: view.identity, ...(language ? { language } : {}) };
  const bytes = await writeWhole(file, (sink) => packDispatch(dispatched, stub, sink, { as, ...(mastery === undefined ? {} : { masteryScore: mastery }) }));
  return { ...view, url, file, bytes };
}

/** @throws CommandError `option-invalid`, before anything is made on the server */
function identityOf({ as, identity, mastery }: DispatchFlags): DispatchView['identity'] {
  if (as !== 'cc') return identity ?? 'pseudonym';
  const given = identity !== undefined ? '--identity' : mastery !== undefined ? '--mastery' : undefined;
  if (given) throw new CommandError('option-invalid', `${given} is not for --as cc: a cartridge neither says who learns nor is told what came of it. Where the LMS takes SCORM, cmi5 or Tin Can packages, use one of those.`, { field: given });
  return 'browser';
}

/** Hands a course on disk to the server. A folder is put into an archive for the way. */
async function importCourse(at: string, to: string, key: AdminKey): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-dispatch-'));
  const course = await openCourse(at);
  try {
    const archive = join(folder, 'course.zip');
    const { base: _base, frame: _frame, ...described } = course.course;
    const json = new TextEncoder().encode(JSON.stringify(described));
    await writeWhole(archive, (sink) => writeZip([...course.files.filter(({ path }) => path !== 'course.json'), { path: 'course.json', size: json.length, chunks: () => [json] }], sink));
    const { id } = (await askServer(to, key, { method: 'POST', path: '/courseware', body: await openPackage(archive), file: basename(at) })) as { id: string };
    return id;
  } finally {
    await course.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export const titleOf = ({ title }: Pick<DispatchView, 'title'>): string => pickText(title, []);

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be from 0 to 1.');
  return value;
}
