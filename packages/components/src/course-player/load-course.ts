import type { Course } from '@lectern/core';
import { isCourse } from './is-course.js';
import { PlayerError, type PlayerErrorCode } from './player-error.js';
import type { CourseFiles, SourceContext } from './sources/course-files.js';

/** A course and the absolute URL its units' URLs resolve against. */
export interface LoadedCourse {
  readonly course: Course;
  readonly base: string;
  /** Where the course is in a package, which stays where it is. */
  readonly files?: CourseFiles;
}

/** A description longer than this many characters is refused unread. */
const MAX_LENGTH = 5_000_000;

/** Characters of a description that takes a while to look through. */
const LONG = 500_000;

/** Milliseconds. Slow networks are the rule in some places; silence without end is not an answer. */
const PATIENCE = 30_000;

/**
 * Opens what an address leads to: `course.json`, at once; all else (manifests, packages, bare files) by `sources/`, which loads late. It is known by
 * its content: the name only decides whether a plain request is made first, or one for the first bytes.
 * @throws PlayerError with a `course-…` code, or what `@lectern/courseware` finds wrong
 */
export async function loadCourse(src: string, context: SourceContext): Promise<LoadedCourse> {
  const url = new URL(src, document.baseURI).href;
  const plain = /^(blob|data):|^[^?#]*\.(json|xml)([?#]|$)/i.test(url);
  const text = plain ? await fetchText(url, context.signal) : undefined;
  const json = text && /^[\s\uFEFF]*\{/.test(text) ? parse(text) : undefined;
  // Thousands of units: no halt that can be felt.
  if (text && json && text.length > LONG) await new Promise((resolve) => setTimeout(resolve));
  if (isCourse(json)) return named(withBase(json, url), context);
  const { openSource, openText, isText } = await import('./sources/open-source.js');
  return named(await (text !== undefined && isText(text) ? openText(text, url, context) : openSource(url, context)), context);
}

/** The frame of the page counts where the course names none. */
const named = (loaded: LoadedCourse, { frame }: SourceContext): LoadedCourse =>
  loaded.course.frame || !frame ? loaded : { ...loaded, course: { ...loaded.course, frame } };

/** @param url where the course was read from; what has no place of its own (`blob:`, `data:`) stands in the page */
export function withBase(course: Course, url: string): LoadedCourse {
  return { course, base: new URL(course.base ?? '', /^(blob|data):/.test(url) ? document.baseURI : url).href };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Said where it is looked at again.
  }
}

/** @returns nothing for what is too long to be a description, whatever it is */
async function fetchText(url: string, signal: AbortSignal): Promise<string | undefined> {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(url, { signal: either(signal, patience), headers: { accept: 'application/json, application/xml;q=0.9, */*;q=0.1' } });
    if (!response.ok) throw new PlayerError(codeOf(response.status), `${url} answered ${response.status}.`, { file: url });
    if (Number(response.headers.get('content-length')) > MAX_LENGTH) {
      void response.body?.cancel();
      return undefined;
    }
    const text = await response.text();
    if (text.length > MAX_LENGTH) throw new PlayerError('course-too-large', `${url} is longer than ${MAX_LENGTH / 1e6} MB.`, { file: url });
    return text;
  } catch (cause) {
    if (signal.aborted || cause instanceof PlayerError) throw cause;
    const code = navigator.onLine ? 'course-unreachable' : 'course-offline';
    throw new PlayerError(code, patience.aborted ? `${url} did not answer within ${PATIENCE / 1000} s.` : `${url} could not be fetched.`, { file: url, cause });
  }
}

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
