import { isHls, listUnits, type Course, type DocumentUnit, type H5pUnit, type HtmlUnit, type ScormUnit, type Unit } from '@lectern/core';
import { fetchFileList, KeepError, sha256Hex, type FileList, type ListedFile } from '@lectern/courseware/offline';
import type { LoadedCourse } from '../load-course.js';

/**
 * Whether a unit can be used without a network once its course is kept; if not, why.
 * - `needs-server`: a server launches it. `needs-network`: it is somebody else's page, or lies where it cannot be kept. `unlisted`: nobody says which files it has.
 * - `no-player`: the content origin has nothing that plays H5P.
 * - `live`, `protected`, `stream`: of a film or sound that is a stream (HLS): it has no end; its publisher has locked it; it cannot be read, or is none.
 */
export type Keepable = 'yes' | 'needs-server' | 'needs-network' | 'unlisted' | 'no-player' | 'live' | 'protected' | 'stream';

/** Which files of a course are kept where, and which units can be used with them. */
export interface CoursePlan {
  readonly version: string;
  /** What this page shows itself. */
  readonly page: readonly ListedFile[];
  /** What runs in the courseware frame, on its origin. */
  readonly frame: readonly ListedFile[];
  /** What plays H5P is needed there, too. */
  readonly h5p: boolean;
  readonly units: ReadonlyMap<string, Keepable>;
  /** What is listed of a file. */
  known(url: string): ListedFile;
}

const isEpub = (type: string): boolean => type === 'application/epub+zip';

/** What of a unit this page fetches itself. */
function sourcesOf(unit: Unit): readonly string[] {
  switch (unit.kind) {
    case 'video':
    case 'audio': {
      const played = playable(unit.sources);
      return [played.src, ...(unit.tracks ?? []).map(({ src }) => src), ...(unit.poster === undefined ? [] : [unit.poster])];
    }
    case 'document':
      return unit.sources.filter(({ type }) => !isEpub(type)).map(({ src }) => src);
    case 'quiz':
    case 'simulation':
      return unit.src === undefined ? [] : [unit.src];
    default:
      return [];
  }
}

/** Streams are fed to the browser piece by piece: what is kept has no address that it could ask for. */
const canStream = (): boolean => 'MediaSource' in globalThis || 'ManagedMediaSource' in globalThis;

/** One of a film's sources is enough: the first that this browser plays. */
export function playable<T extends { readonly src: string; readonly type?: string }>(sources: readonly T[]): T {
  const media = document.createElement('video');
  return sources.find((source) => !isHls(source) && (source.type === undefined || media.canPlayType(source.type) !== '')) ?? sources[0]!;
}

type FramedUnit = ScormUnit | HtmlUnit | H5pUnit | DocumentUnit;

const isFramed = (unit: Unit): boolean => unit.kind === 'scorm' || unit.kind === 'html' || unit.kind === 'h5p' || (unit.kind === 'document' && unit.sources.some(({ type }) => isEpub(type)));

/** Where what a file refers to lies beside it. */
const refersToOthers = (unit: Unit): boolean => unit.kind === 'quiz' || unit.kind === 'simulation' || (unit.kind === 'document' && unit.sources.some(({ type }) => type === 'text/markdown'));

/** Whether anything of a course could be kept, as far as its kinds of units say. */
export const mayBeKept = (course: Course): boolean => listUnits(course).some((unit) => withoutFiles(unit) === undefined);

/** Why a unit cannot be kept wherever its files are; nothing where that depends on them. */
export function withoutFiles({ kind }: Unit): 'needs-server' | 'needs-network' | undefined {
  switch (kind) {
    case 'cmi5':
    case 'xapi':
    case 'lti':
      return 'needs-server';
    case 'link':
      return 'needs-network';
    default:
      return undefined;
  }
}

/** @throws KeepError */
export async function planCourse({ course, base }: LoadedCourse, signal: AbortSignal): Promise<CoursePlan> {
  return planOf(course, base, course.files === undefined ? undefined : await fetchFileList(course.files, base, signal));
}

/** @throws KeepError `keep-unlisted` where nothing of the course could be kept */
export async function planOf(course: Course, base: string, list: FileList | undefined): Promise<CoursePlan> {
  const absolute = (src: string): string => new URL(src, base).href;
  const frame = course.frame === undefined ? undefined : new URL(course.frame, base);
  const sizes = new Map(list?.files.map((file) => [file.url, file]));
  const known = (url: string): ListedFile => sizes.get(url.replace(/[?#].*$/, '')) ?? { url };
  const units = listUnits(course);
  const page = new Map<string, ListedFile>();
  const ours = new Set<string>();
  const folders = new Set<string>();
  const keepable = new Map<string, Keepable>();
  let framed = false;
  for (const unit of units) {
    const can = keepableOf(unit, base, list, frame);
    keepable.set(unit.id, can);
    if ('sources' in unit) for (const { src } of unit.sources) if (!isFramed(unit)) ours.add(absolute(src));
    if (can !== 'yes') continue;
    if (isFramed(unit)) framed = true;
    for (const src of sourcesOf(unit)) {
      const url = absolute(src);
      ours.add(url);
      page.set(url, known(url));
      if (refersToOthers(unit)) folders.add(new URL('./', url).href);
    }
  }
  if (![...keepable.values()].includes('yes')) throw new KeepError('keep-unlisted', 'No unit of the course can be kept: its files are listed nowhere, or it needs a server.');
  // What was made with H5P lies in a folder of its own, and nothing else refers to it.
  const h5ps = units.flatMap((unit) => (unit.kind === 'h5p' && keepable.get(unit.id) === 'yes' ? [new URL('./', entryOf(unit, base)).href] : [])).filter((h5p) => ![...folders].some((folder) => folder.startsWith(h5p)));
  for (const file of list?.files ?? []) if ([...folders].some((folder) => file.url.startsWith(folder)) && !h5ps.some((folder) => file.url.startsWith(folder)) && !ours.has(file.url)) page.set(file.url, file);
  const beside = framed ? (list?.files ?? []).filter(({ url }) => !ours.has(url)) : [];
  return { version: list?.version ?? (await sha256Hex(JSON.stringify([course, base]))).slice(0, 32), page: [...page.values()], frame: beside, h5p: units.some(({ kind, id }) => kind === 'h5p' && keepable.get(id) === 'yes'), units: keepable, known };
}

function keepableOf(unit: Unit, base: string, list: FileList | undefined, frame: URL | undefined): Keepable {
  switch (unit.kind) {
    case 'video':
    case 'audio': {
      return isHls(playable(unit.sources)) && !canStream() ? 'stream' : 'yes';
    }
    case 'simulation':
    case 'scorm':
    case 'html':
    case 'h5p':
    case 'document': {
      if (!isFramed(unit) && unit.kind !== 'simulation') return 'yes';
      if (!list) return 'unlisted';
      if (unit.kind === 'simulation') return 'yes';
      const at = entryOf(unit, base);
      return frame && at.origin === frame.origin && list.files.some(({ url }) => url === `${at.origin}${at.pathname}`) ? 'yes' : 'needs-network';
    }
    default:
      return withoutFiles(unit) ?? 'yes';
  }
}

/** The file that a framed unit begins with. */
function entryOf(unit: FramedUnit, base: string): URL {
  if (unit.kind === 'document') return new URL(unit.sources[0]!.src, base);
  const at = new URL(unit.href, base);
  if (unit.kind !== 'h5p') return at;
  // The folder of what was made, with or without its "/".
  at.pathname = `${at.pathname.replace(/\/$/, '')}/h5p.json`;
  return at;
}
