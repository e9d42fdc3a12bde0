import type { Course } from '@lectern/core';
import { isCourse } from './is-course.js';
import { PlayerError, type PlayerErrorCode } from './player-error.js';

/** A course and the absolute URL its units' URLs resolve against. */
export interface LoadedCourse {
  readonly course: Course;
  readonly base: string;
}

/** A description longer than this many characters is refused unread. */
const MAX_LENGTH = 5_000_000;

/** Milliseconds. Slow networks are the rule in some places; silence without end is not an answer. */
const PATIENCE = 30_000;

/**
 * Fetches `course.json`, or a package's manifest, which is known by its content and read by `@lectern/courseware`.
 * @throws PlayerError with a `course-…` code, or what `@lectern/courseware` finds wrong
 */
export async function loadCourse(src: string, signal: AbortSignal): Promise<LoadedCourse> {
  const url = new URL(src, document.baseURI).href;
  const text = await fetchText(url, signal);
  if (/^[\s\uFEFF]*<(?:!doctype\s+html|html)\b/i.test(text)) {
    throw new PlayerError('course-invalid', 'A web page came back where a course should be: the sign-in page of the network, or of the site.', { file: url });
  }
  if (/^[\s\uFEFF]*</.test(text)) {
    const { parseManifest } = await import('./course-formats.js');
    return withBase(await parseManifest(text, url, signal), url);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PlayerError('course-invalid', `Neither JSON nor an XML manifest: ${cause instanceof Error ? cause.message : ''}`, { file: url, cause });
  }
  if (isCourse(json)) return withBase(json, url);
  const { parseCourse } = await import('./course-formats.js');
  return withBase(parseCourse(json, { url }), url);
}

/** @param url where the course was read from; what has no place of its own (`blob:`, `data:`) stands in the page */
export function withBase(course: Course, url: string): LoadedCourse {
  return { course, base: new URL(course.base ?? '', /^(blob|data):/.test(url) ? document.baseURI : url).href };
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(url, { signal: either(signal, patience), headers: { accept: 'application/json, application/xml;q=0.9, */*;q=0.1' } });
    if (!response.ok) throw new PlayerError(codeOf(response.status), `${url} answered ${response.status}.`, { file: url });
    if (Number(response.headers.get('content-length')) > MAX_LENGTH) throw tooLarge(url);
    const text = await response.text();
    if (text.length > MAX_LENGTH) throw tooLarge(url);
    return text;
  } catch (cause) {
    if (signal.aborted || cause instanceof PlayerError) throw cause;
    const code = navigator.onLine ? 'course-unreachable' : 'course-offline';
    throw new PlayerError(code, patience.aborted ? `${url} did not answer within ${PATIENCE / 1000} s.` : `${url} could not be fetched.`, { file: url, cause });
  }
}

const tooLarge = (url: string): PlayerError => new PlayerError('course-too-large', `${url} is longer than ${MAX_LENGTH / 1e6} MB.`, { file: url });

function codeOf(status: number): PlayerErrorCode {
  if (status === 404 || status === 410) return 'course-missing';
  return status === 401 || status === 403 ? 'course-forbidden' : 'course-refused';
}

/** `AbortSignal.any` is younger than some browsers in schools. */
function either(...signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener('abort', () => controller.abort(signal.reason), { signal: controller.signal });
  }
  return controller.signal;
}
