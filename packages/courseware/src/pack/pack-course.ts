import { listUnits, type Course } from '@lectern/core';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { mediaTypeOf } from '../package/media-types.js';
import { isJunk } from '../package/package-root.js';
import { linkPath, linkXml } from './cartridge-manifest.js';
import { checkH5p } from './h5p-content.js';
import { fingerprint } from './identifiers.js';
import { launchPage, PAGE_CSS, toFolder } from './launch-page.js';
import type { ManifestParts } from './manifest-parts.js';
import { writerOf } from './manifest-writer.js';
import { findOutsideReferences } from './outside-references.js';
import { PACK_TARGETS, type PackFile, type PackOptions, type PackResult, type PlayerFiles } from './pack-options.js';
import { planPackage, type Launch, type Plan } from './plan.js';
import { originsOf, pathOf, urlsOf } from './unit-urls.js';
import { writeXml } from './xml.js';
import { writeZip, type ZipInput, type ZipSink } from './zip-writer.js';

/** A course and the files that its relative URLs mean. */
export interface CourseContent {
  readonly course: Course;
  readonly files: readonly PackFile[];
}

/** Manifests at a package's root are made anew. `h5p.json` stays: what plays H5P content reads it. */
const MANIFESTS = ['course.json', 'imsmanifest.xml', 'cmi5.xml', 'tincan.xml'];

/**
 * Writes a course, its files and the player as a package that other LMSs take. The same content gives the same bytes. `course.json` lies in it too, by which
 * `readPackage` reads the course back as it was.
 * @param player the built player's files, below its folder in the package: `launch/launch.js`, `player/lectern.js` and `frame/index.html` with what they load;
 *   for H5P content h5p-standalone's `dist` as `frame/h5p/`
 * @throws PackageError `target-unknown`, `no-launchable-item`, `unit-unpackable`, `h5p-player-missing`, `file-missing`, `duplicate-name`, `corrupt`, and what is wrong with H5P content
 */
export async function packCourse(content: CourseContent, player: PlayerFiles, sink: ZipSink, options: PackOptions): Promise<PackResult> {
  const { as } = options;
  if (!PACK_TARGETS.includes(as)) throw new PackageError('target-unknown', `"${String(as)}" is none of ${PACK_TARGETS.join(', ')}.`, { field: 'as' });
  const course: Course = { ...content.course, ...(options.id ? { id: options.id } : {}) };
  const warnings: PackageWarning[] = [];
  const warn = (warning: PackageWarning): void => {
    warnings.push(warning);
    options.onWarning?.(warning);
  };
  const files = content.files.filter(({ path }) => !isJunk(path) && !MANIFESTS.includes(path));
  const plan = planPackage(course, files.map(({ path }) => path), options);
  lookUp(course, files, warn);
  await checkH5p(course, files, player, as, warn);
  await findOutsideReferences(files, warn);

  const inputs = layOut(course, plan, files, player, options, as === 'cc' ? await plainPages(course, files) : () => undefined);
  const { manifest } = inputs;
  const total = inputs.files.reduce((sum, { size }) => sum + size, 0);
  const bytes = await writeZip(inputs.files, sink, {
    ...(options.crc32 ? { crc32: options.crc32 } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (done) => options.onProgress?.({ done, total }),
  });
  return { as, split: plan.split, manifest, launches: plan.launches.length, files: inputs.files.length, bytes, warnings };
}

function layOut(course: Course, plan: Plan, content: readonly PackFile[], player: PlayerFiles, options: PackOptions, plainOf: (launch: Launch) => string | undefined): { files: ZipInput[]; manifest: string } {
  const { as, schemas = [] } = options;
  const { folder } = plan;
  const pages = plan.launches.filter(({ page }) => page !== undefined);
  // Where every unit is started as itself, nobody needs the player.
  const playing: ZipInput[] = pages.length === 0 ? [] : [...player.files.map((file) => moved(file, `${folder}/${file.path}`)), text(`${folder}/page.css`, PAGE_CSS)];
  const parts: ManifestParts = {
    as,
    course,
    plan,
    identifier: `course-${fingerprint(course.id)}`,
    playerPaths: playing.map(({ path }) => path),
    contentPaths: new Set(content.map(({ path }) => path)),
    schemas: schemas.map(({ path }) => path),
  };
  const [manifest, write] = writerOf(as);
  const { base: _base, frame: _frame, ...described } = course;
  return {
    manifest,
    files: [
      inMemory(manifest, writeXml(write(parts))),
      text('course.json', `${JSON.stringify(described, null, 1)}\n`),
      ...pages.map((launch) => inMemory(launch.page!, launchPage(course, launch, as, plainOf(launch)))),
      ...plan.launches.flatMap((launch) => (as === 'cc' && linkPath(launch, folder) ? [inMemory(linkPath(launch, folder)!, writeXml(linkXml(launch)))] : [])),
      ...playing,
      ...schemas.map((file) => moved(file, file.path)),
      ...content.map((file) => moved(file, file.path)),
    ],
  };
}

/** Of each launch page of a cartridge, what it is without scripts. */
async function plainPages(course: Course, files: readonly PackFile[]): Promise<(launch: Launch) => string | undefined> {
  const { plainContent, readTexts } = await import('./plain-content.js');
  const texts = await readTexts(course, files);
  return ({ unit, page }) => unit && plainContent(unit, course, `../${toFolder(page!)}`, texts);
}

/** What is compressed already gains nothing by being deflated, and is read in place where it is stored. */
const isStored = (path: string): boolean => {
  const { type, encoding } = mediaTypeOf(path);
  if (encoding) return true;
  return /^(video|audio)\//.test(type) || /^image\/(?!svg|bmp|tiff|x-icon)/.test(type) || /zip|pdf|openxml|font\/woff/.test(type);
};

const moved = (file: PackFile, path: string): ZipInput => ({ path, size: file.size, stored: isStored(file.path), chunks: () => file.chunks() });

const inMemory = (path: string, bytes: Uint8Array): ZipInput => ({ path, size: bytes.length, chunks: () => [bytes] });

const text = (path: string, content: string): ZipInput => inMemory(path, new TextEncoder().encode(content));

/**
 * What the course names must be there: what a unit starts with is an error, all else (posters, captions) a warning. What lies outside is told.
 * @throws PackageError `file-missing`
 */
function lookUp(course: Course, files: readonly PackFile[], warn: (warning: PackageWarning) => void): void {
  const paths = new Set(files.map(({ path }) => path));
  for (const unit of listUnits(course)) {
    if (unit.kind === 'h5p') continue; // It is looked into.
    for (const { field, url } of urlsOf(unit)) {
      const path = pathOf(url);
      if (path === undefined || paths.has(path)) continue;
      const place = { file: path, field: `${unit.id}.${field}` };
      if (!/^(tracks|poster)/.test(field)) throw new PackageError('file-missing', `"${path}" is not there, which "${unit.id}" starts with.`, place);
      warn({ code: 'file-missing', message: `"${path}" is not there, which "${unit.id}" names.`, ...place });
    }
  }
  const origins = originsOf(course);
  if (origins.length > 0) warn({ code: 'outside-reference', message: `Units play from ${origins.join(', ')}: without a network they do not.`, field: 'children' });
}
