import type { H5pUnit } from '@lectern/core';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import type { ManifestOptions, ReadManifest } from '../package/manifest.js';
import { folderOf, isSilent, readDependency, type H5pLibrary } from './libraries.js';

const CONTENT = 'content/content.json';

/** Libraries of one content, with those that they need in turn. */
const MAX_LIBRARIES = 500;

/** Characters of a title. */
const MAX_TITLE = 1_000;

/**
 * Reads the `h5p.json` of an H5P package (h5p.org, "Package definition") as a course of one unit. Every library that the content needs must be in the package, as in what H5P editors export: a package
 * that leaves them to the platform cannot be played.
 * @throws PackageError `malformed-json`, `element-missing`, `value-invalid`, `file-missing` with `file` and `field`
 */
export async function readH5p(bytes: Uint8Array, { id, file = 'h5p.json', files, read }: ManifestOptions): Promise<ReadManifest> {
  const warnings: PackageWarning[] = [];
  const json = readJson(bytes, file);
  const { title, language, mainLibrary, preloadedDependencies } = json;
  if (typeof mainLibrary !== 'string') throw new PackageError('element-missing', 'The package does not say which library shows it.', { file, field: 'mainLibrary' });
  if (!Array.isArray(preloadedDependencies)) throw new PackageError('element-missing', 'The package lists no libraries.', { file, field: 'preloadedDependencies' });
  const libraries = dependenciesIn(preloadedDependencies, file);
  const main = libraries.find(({ machineName }) => machineName === mainLibrary);
  if (!main) throw new PackageError('value-invalid', `The main library "${String(mainLibrary).slice(0, 100)}" is none of those that are listed.`, { file, field: 'mainLibrary' });
  if (read) {
    readJson(await readFile(CONTENT, file, read), CONTENT);
    await findLibraries(libraries, file, files ? (path) => files.has(path) : undefined, read);
  } else if (files && !files.has(CONTENT)) throw missing(CONTENT, file);
  const name = typeof title === 'string' && title.trim() !== '' ? title.trim().slice(0, MAX_TITLE) : mainLibrary.replace(/^H5P\./, '');
  const unit: H5pUnit = {
    type: 'unit',
    kind: 'h5p',
    id: 'h5p',
    title: name,
    moveOn: 'Completed',
    href: '.',
    ...(isSilent(mainLibrary) ? { completion: { policy: 'visited' } } : {}),
  };
  // "und" is BCP 47's word for "nobody has said".
  const tag = typeof language === 'string' && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language) && language.toLowerCase() !== 'und' ? language : undefined;
  return { course: { id, title: name, format: 'h5p', ...(tag ? { language: tag } : {}), children: [unit] }, warnings };
}

/** Whether what stands in a JSON file is an H5P package's description. */
export const isH5p = (json: unknown): boolean => typeof json === 'object' && json !== null && 'mainLibrary' in json && 'preloadedDependencies' in json;

function readJson(bytes: Uint8Array, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PackageError('malformed-json', `"${file}" is no JSON: ${cause instanceof Error ? cause.message.slice(0, 200) : ''}`, { file, cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new PackageError('malformed-json', `"${file}" is no object.`, { file });
  return json as Record<string, unknown>;
}

function dependenciesIn(list: readonly unknown[], file: string): H5pLibrary[] {
  if (list.length > MAX_LIBRARIES) throw new PackageError('value-invalid', `More than ${MAX_LIBRARIES} libraries are listed.`, { file, field: 'preloadedDependencies' });
  return list.map((value, index) => {
    const library = readDependency(value);
    if (!library) throw new PackageError('value-invalid', 'A library has a name and a version: machineName, majorVersion, minorVersion.', { file, field: `preloadedDependencies[${index}]` });
    return library;
  });
}

/** @throws PackageError `file-missing`, naming the library */
async function findLibraries(first: readonly H5pLibrary[], file: string, has: ((path: string) => boolean) | undefined, read: NonNullable<ManifestOptions['read']>): Promise<void> {
  const seen = new Set<string>();
  const waiting = first.map((library) => ({ library, by: file }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const folder = folderOf(next.library);
    if (seen.has(folder)) continue;
    seen.add(folder);
    if (seen.size > MAX_LIBRARIES) throw new PackageError('value-invalid', `The content needs more than ${MAX_LIBRARIES} libraries.`, { file, field: 'preloadedDependencies' });
    const path = `${folder}/library.json`;
    if (has && !has(path)) throw missing(path, next.by, next.library);
    const { preloadedDependencies = [] } = readJson(await readFile(path, next.by, read), path);
    if (!Array.isArray(preloadedDependencies)) throw new PackageError('value-invalid', 'Libraries are a list.', { file: path, field: 'preloadedDependencies' });
    for (const library of dependenciesIn(preloadedDependencies, path)) waiting.push({ library, by: path });
  }
}

async function readFile(path: string, by: string, read: NonNullable<ManifestOptions['read']>): Promise<Uint8Array> {
  try {
    return await read(path);
  } catch (error) {
    if (error instanceof PackageError && error.code !== 'file-missing') throw error;
    throw missing(path, by);
  }
}

const missing = (path: string, by: string, library?: H5pLibrary): PackageError =>
  new PackageError('file-missing', library ? `The content needs the library ${folderOf(library)}, which is not in the package. Export it with its libraries.` : `The package has no "${path}".`, { file: path, field: by });
