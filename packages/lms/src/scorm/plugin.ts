import type { LmsPlugin } from '@lectern/core';
import { defineLmsPlugin } from '../plugin/define.js';
import { ScormSession, type ScormSurroundings } from './connection.js';
import { explainScorm, findScormApi } from './find-api.js';
import { readLaunch } from './launch.js';
import { CALLS, lmsFault, ScormCalls, type ScormVersion } from './scorm-calls.js';

export interface ScormPluginOptions {
  /** Where the LMS's API is looked for. Default: the page's window, its parents, its opener and its parents. */
  readonly window?: Window;
  /** The `homePage` of the learner's account: what tells this LMS's learners from another's. An IRL. Default: the origin of the page around this one, where the browser tells it. */
  readonly homePage?: string;
  /** Where what waits is kept while the LMS does not commit. Default: `localStorage`; `null`: nowhere. */
  readonly storage?: Storage | null;
}

/**
 * Reports to a SCORM 1.2 LMS through its `API`: status, score, session time, location, objectives and interactions as far as the LMS keeps them; state documents
 * packed into `suspend_data`. Statements have no place there: what they say goes into those elements, and their receipts are `stored` once the LMS has
 * committed. Use `fanOutPlugin` to send the statements themselves to an LRS as well.
 */
export const scorm12Plugin = (options: ScormPluginOptions = {}): LmsPlugin => scormPlugin('1.2', options);

/** As {@link scorm12Plugin}, for SCORM 2004 2nd to 4th Edition through `API_1484_11`. */
export const scorm2004Plugin = (options: ScormPluginOptions = {}): LmsPlugin => scormPlugin('2004', options);

function scormPlugin(version: ScormVersion, options: ScormPluginOptions): LmsPlugin {
  const view = options.window ?? (typeof window === 'undefined' ? undefined : window);
  const find = (): ReturnType<typeof findScormApi> => view && findScormApi(view, CALLS[version].api);
  return defineLmsPlugin({
    name: version === '1.2' ? 'scorm12' : 'scorm2004',
    detect: () => find() !== undefined,
    explain: () => explainScorm(view, CALLS[version].api),
    connect: ({ course }) => {
      if (!view) throw lmsFault('lms-gone', 'There is no window here.');
      const calls = new ScormCalls(version, () => find()?.api);
      const launch = readLaunch(calls, options.homePage ?? homePageOf(view));
      const session = new ScormSession(calls, launch, course.id, surroundingsOf(view, options.storage));
      const ending = new AbortController();
      const { signal } = ending;
      view.addEventListener('pagehide', () => session.leave(), { signal });
      view.addEventListener('pageshow', ({ persisted }) => persisted && session.comeBack(), { signal });
      view.document.addEventListener('visibilitychange', () => view.document.visibilityState === 'hidden' && session.hide(), { signal });
      const { connection } = session;
      const ended = async <T>(work: Promise<T>): Promise<T> => work.finally(() => ending.abort());
      return Promise.resolve({ ...connection, close: () => ended(connection.close()), signOut: (leaving) => ended(connection.signOut!(leaving)) });
    },
  });
}

/** The origin of the LMS, where the browser tells it; else this page's, which at least is the same each time. */
function homePageOf(view: Window): string {
  const { ancestorOrigins } = view.location as Location & { readonly ancestorOrigins?: DOMStringList };
  const origins = [ancestorOrigins?.[0], originOf(view.document.referrer), view.location.origin];
  return origins.find((origin) => origin?.startsWith('http')) ?? 'https://lms.invalid';
}

function originOf(url: string): string | undefined {
  try {
    return new URL(url).origin;
  } catch {
    return undefined;
  }
}

function surroundingsOf(view: Window, storage: Storage | null | undefined): ScormSurroundings {
  const timer = (id: number, clear: (id: number) => void) => (): void => clear(id);
  return {
    storage: storage === undefined ? storageOf(view) : (storage ?? undefined),
    now: () => view.performance.now(),
    every: (milliseconds, run) => timer(view.setInterval(run, milliseconds), (id) => view.clearInterval(id)),
    after: (milliseconds, run) => timer(view.setTimeout(run, milliseconds), (id) => view.clearTimeout(id)),
  };
}

/** Reading `localStorage` throws where it is forbidden. */
function storageOf(view: Window): Storage | undefined {
  try {
    return view.localStorage;
  } catch {
    return undefined;
  }
}
