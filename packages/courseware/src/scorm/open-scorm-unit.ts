import { newUuid, unitActivityId, type Course, type Dispatched, type LearningEventBody, type LecternError, type NavigationRequest, type OpenedActivity, type ScormUnit, type Session } from '@lectern/core';
import { FrameError } from '../frame/frame-error.js';
import { contentMissing, contentUrl, isErrorStatus, openFrame, packageOf, packageUnavailable, type OpenFrameOptions } from '../frame/open-frame.js';
import { fromDocument, SCORM_STATE_ID } from './document.js';
import { ScormRecorder } from './recorder.js';

/** Milliseconds the content and the frame are given to hand over the last of it. */
const STOP_TIMEOUT = 2_500;

/** Milliseconds content has for `Initialize` after its page has loaded, until the learner is told that nothing is recorded. */
const SILENCE = 20_000;

/** Something a learner or an author should know; the unit goes on. */
export type ScormNotice =
  /** The content's storage takes nothing: its `Commit` answers "false", and a crash loses what has not yet arrived. */
  | { readonly code: 'journal-failed'; readonly error: LecternError }
  /** What it reported could not be recorded; it is kept, and tried again. */
  | { readonly code: 'record-failed'; readonly error: LecternError }
  /** Suspend data beyond what the standard grants was kept whole. */
  | { readonly code: 'suspend-data-long'; readonly characters: number }
  /** The content has loaded and never called `Initialize`: nothing of it is recorded. `over`: it has called after all. */
  | { readonly code: 'content-silent'; readonly over: boolean }
  /** The content went to a page of another origin, where it finds no API. `over`: it is back. */
  | { readonly code: 'content-left'; readonly over: boolean };

export interface ScormUnitOptions extends Pick<OpenFrameOptions, 'host' | 'signal' | 'trusted' | 'timeout' | 'package'> {
  readonly course: Course;
  readonly unit: ScormUnit;
  /** Absolute URL that `unit.href` is relative to, on the frame's origin. */
  readonly base: string;
  /** The unit's title in the reader's language. */
  readonly title: string;
  /** BCP 47 tag of the content. */
  readonly language?: string;
  readonly session: Session;
  /** As `session.dispatch`, without the unit's id. */
  dispatch(event: LearningEventBody & { readonly at?: number }): Dispatched | undefined;
  notice?(notice: ScormNotice): void;
  /** The unit's part in the course's sequencing. Absent: the course has none. */
  readonly activity?: OpenedActivity | undefined;
  /** Milliseconds after the content's page has loaded until a SCO that has not called `Initialize` counts as silent. Default 20,000. */
  readonly silence?: number;
  /** The SCO asks to be left for another place. */
  navigate?(request: NavigationRequest): void;
  /** The content's page has loaded. */
  loaded?(): void;
  /** The unit cannot go on. */
  fail(error: LecternError): void;
}

/** A SCO that is running. */
export interface RunningScormUnit {
  readonly element: HTMLIFrameElement;
  /** The page is going away: nothing more is told; the frame journals the rest by itself. Synchronous. */
  suspend(): void;
  /** The page came back from the back/forward cache. */
  resume(): void;
  focus(): void;
  /** Lets the content leave in its own way, records the last of it, and takes the frame off the page. */
  close(): Promise<void>;
}

/**
 * Opens a SCORM 1.2 or 2004 unit in the courseware frame. The learner's data model is loaded, and what an earlier page left in the frame's
 * journal recovered, before the content starts.
 * @throws FrameError where the frame cannot be used; LecternError where the data model cannot be loaded: starting without it would overwrite it
 */
export async function openScormUnit(options: ScormUnitOptions): Promise<RunningScormUnit> {
  const { course, unit, session, signal } = options;
  const { connection } = session;
  const url = contentUrl(unit.href, options.base);
  const activityId = unitActivityId(course, unit);
  const saved = connection.capabilities.state ? fromDocument(await connection.loadState({ activityId, stateId: SCORM_STATE_ID })) : undefined;
  signal.throwIfAborted();
  const launch = newUuid();
  const recorder = new ScormRecorder({
    course,
    unit,
    connection,
    saved,
    activity: options.activity,
    dispatch: (event) => options.dispatch(event),
    failed: (cause) =>
      options.notice?.({ code: 'record-failed', error: new FrameError('record-failed', 'What the unit reported could not be kept here; it is tried again.', { cause }) }),
  });
  const silence = listenForSilence(options);
  let ways = '';
  /** What content has just said of itself may have opened or closed a way. */
  const tellWays = (): void => {
    const validity = options.activity?.validity();
    const news = JSON.stringify(validity);
    if (!validity || news === ways) return;
    ways = news;
    void Promise.resolve(frame.remote.allow(validity)).catch(() => undefined);
  };
  const frame = await openFrame({
    ...options,
    frame: course.frame,
    lost: (error) => options.fail(error),
    methods: {
      assign: () => ({
        kind: 'scorm',
        url,
        title: options.title,
        version: unit.version,
        attempt: `${connection.registration}:${activityId}`,
        launch,
        ...(options.language ? { language: options.language } : {}),
        ...packageOf(options.package),
      }),
      recover: (commit) => recorder.recover(commit),
      hydrate: () => recorder.hydrate(),
      async record(commit) {
        silence.heard();
        const ack = await recorder.record(commit);
        tellWays();
        return ack;
      },
      loaded(status) {
        if (isErrorStatus(status)) options.fail(contentMissing(url, status));
        else {
          options.loaded?.();
          silence.listen();
        }
      },
      notice({ code, detail }) {
        if (code === 'package-unavailable') options.fail(packageUnavailable(detail, course.frame));
        else if (code === 'suspend-data-long') options.notice?.({ code, characters: Number(detail) });
        else if (code === 'content-left' || code === 'content-back') options.notice?.({ code: 'content-left', over: code === 'content-back' });
        else if (code === 'journal-failed') {
          options.notice?.({ code, error: new FrameError('journal-failed', `The content’s storage takes nothing: ${String(detail).slice(0, 200)}`) });
        }
      },
      navigate: (request) => options.navigate?.(request),
      serve: (port) => options.package?.serve(port),
    },
  });
  let closed: Promise<void> | undefined;
  return {
    element: frame.element,
    suspend: () => recorder.suspend(),
    resume() {
      recorder.resume();
      void frame.remote.flush().catch(() => undefined);
    },
    focus: () => frame.focus(),
    close() {
      closed ??= (async () => {
        // Content that hangs must not hold the learner: its journal keeps the rest.
        await frame.leave(STOP_TIMEOUT);
        silence.end();
        recorder.end();
      })();
      return closed;
    },
  };
}

/** A SCO commits with its `Initialize`: one that has not been heard of has not called. */
function listenForSilence({ notice, signal, silence = SILENCE }: ScormUnitOptions) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heard = false;
  let told = false;
  const end = (): void => clearTimeout(timer);
  signal.addEventListener('abort', end, { once: true });
  return {
    listen() {
      if (heard || signal.aborted) return;
      timer ??= setTimeout(() => {
        told = true;
        notice?.({ code: 'content-silent', over: false });
      }, silence);
    },
    heard() {
      if (heard) return;
      heard = true;
      end();
      if (told) notice?.({ code: 'content-silent', over: true });
    },
    end,
  };
}
