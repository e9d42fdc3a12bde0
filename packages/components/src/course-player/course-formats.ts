import { isH5p, isQtiItem, isQtiTest, PackageError, parseCourse, readH5p, parseXml, readCourseStructure, readImsManifest, readQtiFile, readTincan } from '@lectern/courseware';
import type { Course } from '@lectern/core';

export { isH5p, parseCourse };

/** A file that a manifest leads to: bytes. */
const MAX_LINKED = 4 * 1024 * 1024;

/**
 * Reads a manifest that stands on the web by itself: `imsmanifest.xml`, `cmi5.xml`, `tincan.xml`, or a QTI item or test, known by its root element. Web links and tests of a
 * Common Cartridge, and QTI items, are files beside it, which are fetched too.
 * @throws PackageError
 */
export async function parseManifest(xml: string, url: string, signal: AbortSignal): Promise<Course> {
  const root = await parseXml(xml, { file: url });
  const options = { id: url.replace(/[?#].*$/, ''), file: url, read: (path: string) => fetchLinked(path, url, signal) };
  switch (root.name) {
    case 'courseStructure':
      return readCourseStructure(root, options).course;
    case 'tincan':
      return readTincan(root, options).course;
    default:
      if (isQtiItem(root) || isQtiTest(root)) return (await readQtiFile(root, options)).course;
      return (await readImsManifest(root, options)).course;
  }
}

/**
 * Reads the `h5p.json` of unpacked H5P content, and what it needs beside it.
 * @throws PackageError
 */
export async function parseH5p(text: string, url: string, signal: AbortSignal): Promise<Course> {
  return (await readH5p(new TextEncoder().encode(text), { id: url.replace(/[?#].*$/, ''), file: url, read: (path) => fetchLinked(path, url, signal) })).course;
}

/** @throws PackageError `file-missing`, `too-large` */
async function fetchLinked(path: string, base: string, signal: AbortSignal): Promise<Uint8Array> {
  const file = new URL(path.split('/').map(encodeURIComponent).join('/'), base).href;
  const response = await fetch(file, { signal });
  if (!response.ok) throw new PackageError('file-missing', `${file} answered ${response.status}.`, { file });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_LINKED) throw new PackageError('too-large', `${file} is longer than ${MAX_LINKED / 1024 / 1024} MB.`, { file });
  return bytes;
}
