import { listUnits, type Course, type Iri, type Unit } from '@lectern/core';
import type { ReadManifest } from '../package/manifest.js';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { ReferenceResolver, type PackageFiles } from '../package/references.js';
import { isAbsoluteUrl } from './safe-url.js';
import { parseCourseText } from './parse-course.js';

interface CourseFileOptions {
  readonly id: Iri;
  readonly file: string;
  readonly files?: PackageFiles;
}

/**
 * Reads the `course.json` of a package: what its units start must be in the package. Its `base` and `frame` are left out, because
 * the host says where the content lives.
 * @throws PackageError
 */
export function readCourseFile(bytes: Uint8Array, options: CourseFileOptions): ReadManifest {
  const { file, id } = options;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PackageError('malformed-json', 'The course is not UTF-8.', { file, cause });
  }
  const { base: _base, frame: _frame, files: _files, ...course } = parseCourseText(text, { file, id });
  const warnings: PackageWarning[] = [];
  const resolver = new ReferenceResolver(options.files, (warning) => void warnings.push(warning));
  for (const unit of listUnits(course)) {
    for (const [field, url] of startsOf(unit)) {
      if (!isAbsoluteUrl(url)) resolver.resolve(url, { file, field: `${unit.id}.${field}` });
    }
  }
  if (listUnits(course).length === 0) throw new PackageError('no-launchable-item', 'The course has no unit.', { file, field: 'children' });
  return { course: course satisfies Course, warnings };
}

/** What a unit cannot be without. */
function startsOf(unit: Unit): [field: string, url: string][] {
  switch (unit.kind) {
    case 'video':
    case 'audio':
    case 'document':
      return unit.sources.map(({ src }, index) => [`sources[${index}].src`, src]);
    case 'scorm':
    case 'html':
      return [['href', unit.href]];
    case 'cmi5':
    case 'xapi':
      return [['url', unit.url]];
    case 'link':
    case 'lti':
      return [];
    case 'simulation':
      return [['src', unit.src]];
    case 'quiz':
      return unit.src === undefined ? [] : [['src', unit.src]];
    case 'h5p':
      return [['href', h5pEntry(unit.href)]];
  }
}

/** The folder's description is what must be there. */
const h5pEntry = (href: string): string => href.replace(/^([^?#]*?)\/?(?=[?#]|$)/, '$1/h5p.json');
