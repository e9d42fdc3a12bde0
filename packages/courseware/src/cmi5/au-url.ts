import type { PackageFiles, ReferenceResolver } from '../package/references.js';
import type { XmlElement } from '../package/xml-element.js';
import { fault } from './structure-schema.js';

/** The names of the launch (cmi5 8.1), with which an AU's own query must not collide. */
const LAUNCH_NAMES: ReadonlySet<string> = new Set(['endpoint', 'fetch', 'actor', 'registration', 'activityId']);

/**
 * Reads the `<url>` of an AU (cmi5 13.1.4): relative to the package, or fully qualified.
 * @throws PackageError `element-missing`, `relative-url`, `value-invalid`, `unsafe-url`, `path-traversal`, `file-missing`
 */
export function readAuUrl(au: XmlElement, file: string, files: PackageFiles | undefined, resolver: ReferenceResolver): string {
  const child = au.child('url');
  const url = child?.text.trim();
  if (!child || !url) throw fault('element-missing', 'The <au> has no <url>.', child ?? au, file, '13.1.4');
  const qualified = /^[A-Za-z][A-Za-z0-9+.-]*:/.test(url);
  if (!qualified && (!files || url.startsWith('//'))) {
    const why = files ? 'leads out of the package without being fully qualified' : 'is relative, but the course structure came without a package';
    throw fault('relative-url', `"${url.slice(0, 200)}" ${why}.`, child, file, files ? '14.1' : '14.2');
  }
  const resolved = resolver.resolve(url, { file, field: child.path, clause: qualified ? 'cmi5 13.1.4' : 'cmi5 14.1' });
  const query = new URL(resolved, 'http://package.invalid/').searchParams;
  for (const name of query.keys()) {
    if (LAUNCH_NAMES.has(name)) throw fault('value-invalid', `The query of the <url> has "${name}", which is the launch’s own.`, child, file, '8.1');
  }
  return resolved;
}
