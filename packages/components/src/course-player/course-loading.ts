import type { Course } from '@lectern/core';
import type { KeptCourse } from './offline/kept-course.js';
import { loadCourse, withBase, type LoadedCourse } from './load-course.js';
import type { DownloadView, SourceContext } from './sources/course-files.js';

/** What is to be loaded. */
export interface CourseRequest {
  readonly course: Course | undefined;
  readonly src: string;
  readonly frame: string | undefined;
  readonly type: string | undefined;
  /** The course may be kept in this browser. */
  readonly keepOffline: boolean;
}

const keepsAnything = (): Promise<boolean> => globalThis.caches?.has('lectern-kept').catch(() => false) ?? Promise.resolve(false);

/** One course on its way. */
export class CourseLoading {
  /** What is being downloaded, if something is. */
  download: DownloadView | undefined;
  readonly #stop = new AbortController();
  readonly #onDownload: NonNullable<SourceContext['onDownload']>;

  constructor(onDownload: NonNullable<SourceContext['onDownload']>) {
    this.#onDownload = onDownload;
  }

  /** It is not wanted any more, or its player is gone. */
  get ended(): boolean {
    return this.#stop.signal.aborted;
  }

  /** @throws LecternError */
  async load({ course, src, frame, type, keepOffline }: CourseRequest): Promise<KeptCourse> {
    const named = frame ? new URL(frame, document.baseURI).href : undefined;
    if (course) return withBase(named && !course.frame ? { ...course, frame: named } : course, document.baseURI);
    const load = (): Promise<LoadedCourse> => loadCourse(src, {
      signal: this.#stop.signal,
      frame: named,
      type,
      onDownload: (view, progress) => {
        this.download = view;
        this.#onDownload(view, progress);
      },
    });
    // Only where something is kept need anybody look what.
    if (!keepOffline || !(await keepsAnything())) return load();
    return (await import('./offline/open-kept.js')).openKept(src, load, this.#stop.signal);
  }

  /** Ends it, and with it every transfer of the course. */
  end(): void {
    this.#stop.abort(new DOMException('The course is not wanted any more.', 'AbortError'));
  }
}
