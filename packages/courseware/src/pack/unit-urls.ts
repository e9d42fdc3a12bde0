import { listUnits, type Course, type Unit } from '@lectern/core';
import { isAbsoluteUrl } from '../course/safe-url.js';

/** The URLs that a unit names, relative or not. That of H5P content is a folder's. */
export function urlsOf(unit: Unit): { readonly field: string; readonly url: string }[] {
  const one = (field: string, url: string | undefined) => (url === undefined ? [] : [{ field, url }]);
  switch (unit.kind) {
    case 'video':
    case 'audio':
      return [
        ...unit.sources.map(({ src }, index) => ({ field: `sources[${index}].src`, url: src })),
        ...(unit.tracks ?? []).map(({ src }, index) => ({ field: `tracks[${index}].src`, url: src })),
        ...one('poster', unit.poster),
      ];
    case 'document':
      return unit.sources.map(({ src }, index) => ({ field: `sources[${index}].src`, url: src }));
    case 'scorm':
    case 'html':
    case 'link':
    case 'h5p':
      return one('href', unit.href);
    case 'cmi5':
    case 'xapi':
      return one('url', unit.url);
    case 'simulation':
    case 'quiz':
      return one('src', unit.src);
    case 'lti':
      return []; // the server launches it; no page asks its address
  }
}

/** The file of a package that a relative URL means. @returns `undefined` for a URL that leads elsewhere */
export function pathOf(url: string): string | undefined {
  if (isAbsoluteUrl(url)) return undefined;
  const path = url.replace(/[?#].*$/, '').replace(/^(?:\.?\/)+/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Origins outside the package that the course names: what its pages may ask. Links open in windows of their own, so theirs do not count. */
export function originsOf(course: Course): string[] {
  const origins = new Set<string>();
  for (const unit of listUnits(course)) {
    if (unit.kind === 'link') continue;
    for (const { url } of urlsOf(unit)) {
      if (!isAbsoluteUrl(url)) continue;
      try {
        const { origin, protocol } = new URL(url.trim(), 'https://package.invalid');
        if (/^https?:$/.test(protocol)) origins.add(origin);
      } catch {
        // It leads nowhere; the player will say so.
      }
    }
  }
  return [...origins].sort();
}
