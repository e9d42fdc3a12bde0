import { isHls, isMediaUnit, listUnits, type Course, type Unit } from '@lectern/core';

/** The origins that a course plays from, beside its page. */
export interface EmbedOrigins {
  /** Of `lectern.js`, the LRS and launches. */
  readonly server: string;
  /** Of the content and the courseware frame. */
  readonly content: readonly string[];
}

/** The directives of a content security policy that a page needs for a course, beside what it has. By kind of unit, as docs/security.md has them. */
export function policyFor(course: Course, { server, content }: EmbedOrigins): Readonly<Record<string, readonly string[]>> {
  const units = listUnits(course);
  const kinds = new Set<string>(units.map(({ kind }) => kind));
  const types = new Set(units.flatMap((unit: Unit) => (unit.kind === 'document' ? unit.sources.map(({ type }) => type as string) : [])));
  const has = (...names: readonly string[]): boolean => names.some((name) => kinds.has(name));
  const pictures = [...types].some((type) => type.startsWith('image/'));
  const media = units.filter(isMediaUnit);
  // A browser without HLS plays it, film or sound, out of a `blob:` that hls.js fills.
  const hls = media.some(({ sources }) => sources.some(isHls));
  const posters = media.some(({ poster }) => poster !== undefined);
  const framed = has('scorm', 'html', 'h5p') || types.has('application/epub+zip');
  const sources = (...list: readonly (string | false)[]): string[] => [...new Set(list.filter((source): source is string => source !== false))];
  const policy: Record<string, string[]> = {
    'script-src': sources(server),
    'connect-src': sources("'self'", server, ...content, has('simulation') && 'data:', has('simulation') && 'blob:'),
    'style-src': sources("'self'"),
    ...(media.length > 0 || has('quiz') ? { 'media-src': sources(...content, hls && 'blob:') } : {}),
    ...(has('video', 'document', 'quiz', 'simulation') || pictures || posters ? { 'img-src': sources("'self'", 'data:', 'blob:', ...content) } : {}),
    ...(framed ? { 'frame-src': sources(...content) } : {}),
    ...(has('cmi5', 'xapi', 'lti') ? { 'frame-src': sources('https:', ...content) } : {}),
    ...(types.has('application/pdf') || has('simulation') ? { 'worker-src': sources("'self'", 'blob:', server) } : {}),
  };
  return policy;
}

export const policyText = (policy: Readonly<Record<string, readonly string[]>>): string => Object.entries(policy).map(([name, sources]) => `${name} ${sources.join(' ')}`).join('; ');
