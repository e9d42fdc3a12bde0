import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isHls, isMediaUnit, listUnits, type Course } from '@lectern/core';
import type { PackFile, PackTarget, PlayerFiles } from '@lectern/courseware';
import { CommandError } from '../command-error.js';
import { playerFolders } from '../player-folders.js';
import { h5pPlayerFiles } from './h5p-player.js';
import { diskFile } from './read-files.js';

/** One file of a bundle, as `chunks.json` has it. */
interface Chunk {
  readonly file: string;
  readonly entry?: boolean;
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
  /** Sources that are entered through it by `import()`. */
  readonly enters: readonly string[];
}

/**
 * The player's files that a course needs: a course of videos carries no reader for PDFs.
 * @param h5pPlayer h5p-standalone's folder `dist`, if it is known where that is
 * @throws CommandError `player-missing`, `file-unreadable`
 */
export async function playerFilesFor(course: Course, as: PackTarget, h5pPlayer: string | undefined): Promise<PlayerFiles> {
  const needs = needsOf(course);
  const [player, frame, launch] = await Promise.all([
    pick('player', (source) => !isLeftOut(source, needs)),
    needs.frame ? pick('frame', (source) => !isLeftOutOfFrame(source, needs)) : [],
    pick('launch', (source) => !isOtherPlugin(source, as)),
  ]);
  const pdf = needs.types.has('application/pdf') ? await folder('player', 'pdf') : [];
  const page = needs.frame ? await one('frame', 'index.html') : [];
  const h5p = needs.kinds.has('h5p') && h5pPlayer !== undefined ? await h5pPlayerFiles(h5pPlayer) : [];
  return { files: [...player, ...frame, ...launch, ...pdf, ...page, ...h5p] };
}

/**
 * What lies in another LMS for a dispatched course.
 * @throws CommandError `player-missing`
 */
export async function stubFilesFor(as: PackTarget): Promise<readonly PackFile[]> {
  // An LMS may launch a Tin Can package by cmi5.
  const kinds = as.startsWith('scorm') ? ['stub-scorm'] : as === 'cmi5' ? ['thin-au'] : ['thin-tincan', 'thin-au'];
  const files = await pick('stub', (source) => kinds.some((kind) => source.endsWith(`/dispatch/${kind}.ts`)));
  return files.map((file) => ({ ...file, path: file.path.slice('stub/'.length), chunks: () => file.chunks() }));
}

interface Needs {
  readonly kinds: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly scorm: ReadonlySet<string>;
  readonly frame: boolean;
  /** The course leads its learners by SCORM's rules. */
  readonly sequencing: boolean;
}

function needsOf(course: Course): Needs {
  const units = listUnits(course);
  const kinds = new Set<string>(units.map(({ kind }) => kind));
  if (units.some((unit) => isMediaUnit(unit) && unit.sources.some(isHls))) kinds.add('hls');
  const types = new Set(units.flatMap((unit) => (unit.kind === 'document' ? unit.sources.map(({ type }) => type as string) : [])));
  const scorm = new Set(units.flatMap((unit) => (unit.kind === 'scorm' ? [unit.version as string] : [])));
  return { kinds, types, scorm, frame: ['scorm', 'html', 'xapi', 'h5p'].some((kind) => kinds.has(kind)) || types.has('application/epub+zip'), sequencing: course.sequencing !== undefined || course.format.startsWith('scorm') };
}

/** Whether nothing in the course ever enters a source. What is not known here is taken along. The launch page brings the LMS's plugin itself. */
function isLeftOut(source: string, { kinds, types, sequencing }: Needs): boolean {
  const kind = /\/course-player\/units\/([a-z0-9-]+)\.ts$/.exec(source)?.[1];
  if (kind !== undefined && kind !== 'video') return kind === 'cmi5' ? !kinds.has('cmi5') && !kinds.has('xapi') : !kinds.has(kind);
  // An LMS's page is the LMS's to keep for times without a network.
  if (/\/(credit-tracker|statement-feed)\/define\.ts$|\/sources\/|\/course-player\/offline\/|^lms\/src\//.test(source)) return true;
  if (source.endsWith('/simulation-viewer/define.ts')) return !kinds.has('simulation');
  if (source.startsWith('courseware/src/sequencing/')) return !sequencing;
  if (source.includes('/units/document/') && !kinds.has('document')) return true;
  const pictures = [...types].some((type) => type.startsWith('image/'));
  if (source.endsWith('/document/markdown-view.ts')) return !types.has('text/markdown');
  if (source.endsWith('/document/epub-view.ts')) return !types.has('application/epub+zip');
  if (source.endsWith('/document/image-view.ts')) return !pictures;
  if (/\/document\/pdf-view\.ts$|\/pdfjs-dist\//.test(source)) return !types.has('application/pdf');
  return false;
}

/** The frame reads nothing out of archives here, since the package lies unpacked. */
function isLeftOutOfFrame(source: string, { kinds, types, scorm }: Needs): boolean {
  if (source.endsWith('/scorm12.js')) return !scorm.has('1.2');
  if (source.endsWith('/scorm2004.js')) return !scorm.has('2004');
  if (source.endsWith('/run-book.ts') || source.includes('/foliate-js/')) return !types.has('application/epub+zip');
  if (source.endsWith('/run-h5p.ts')) return !kinds.has('h5p');
  // A package's frame is on the LMS's own origin, whose storage is not lent.
  return /\/(run-(media|keeper)|page-storage)\.ts$/.test(source);
}

const isOtherPlugin = (source: string, as: PackTarget): boolean => {
  const plugin = /^lms\/src\/([a-z0-9-]+)\/(?:index|plugin)\.ts$/.exec(source)?.[1];
  const wanted = as.startsWith('scorm') ? ['scorm'] : as === 'cmi5' ? ['cmi5'] : as === 'xapi' ? ['xapi-launch', 'cmi5'] : [];
  return plugin !== undefined && !wanted.includes(plugin);
};

/** The entry with all it imports, and what is entered on the way by `import()` where it is wanted. */
async function pick(name: keyof typeof playerFolders, isWanted: (source: string) => boolean): Promise<PackFile[]> {
  const chunks = await readChunks(name);
  const byFile = new Map(chunks.map((chunk) => [chunk.file, chunk]));
  const taken = new Set<string>();
  // The worker's entry is for packages that are read in place.
  const pending = chunks.filter(({ entry, file }) => entry && file !== 'worker.js').map(({ file }) => file);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const chunk = byFile.get(file);
    if (!chunk || taken.has(file)) continue;
    taken.add(file);
    pending.push(...chunk.imports, ...chunk.dynamicImports.filter((next) => isEntered(byFile.get(next), isWanted)));
  }
  return Promise.all([...taken].map(async (file) => (await one(name, file))[0]!));
}

/** A chunk of ours may hold a library that is also entered from elsewhere: then it is ours that counts. */
function isEntered(chunk: Chunk | undefined, isWanted: (source: string) => boolean): boolean {
  const sources = chunk?.enters ?? [];
  const own = sources.filter((source) => !source.startsWith('node_modules/'));
  return (own.length ? own : sources).some(isWanted);
}

async function readChunks(name: keyof typeof playerFolders): Promise<Chunk[]> {
  const file = join(playerFolders[name], 'chunks.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Chunk[];
  } catch (cause) {
    throw new CommandError('player-missing', 'The player that goes into packages is not there. In a checkout, build it with "npm run build"; else install @lectern/cli again.', { file, cause });
  }
}

async function one(name: keyof typeof playerFolders, path: string): Promise<PackFile[]> {
  const at = join(playerFolders[name], path);
  const { size } = await stat(at).catch((cause: unknown) => {
    throw new CommandError('player-missing', 'A file of the player is not there: it was not built whole.', { file: at, cause });
  });
  return [diskFile(`${name}/${path}`, at, size)];
}

async function folder(name: keyof typeof playerFolders, path: string): Promise<PackFile[]> {
  const entries = await readdir(join(playerFolders[name], path), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(playerFolders[name].length + 1));
  return (await Promise.all(files.map((file) => one(name, file.replaceAll('\\', '/'))))).flat();
}
