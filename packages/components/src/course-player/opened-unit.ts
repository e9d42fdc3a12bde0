import { isHls, pickText, type Course, type LearningEventBody, type LecternError, type NavigationRequest, type OpenedActivity, type Unit } from '@lectern/core';
import type { Localizer } from '../internal/localize.js';
import { asLecternError } from './player-error.js';
import { readHint } from './resume-hint.js';
import type { SessionGate } from './session-gate.js';
import type { CourseFiles, DownloadView, PreparedUnit } from './sources/course-files.js';
import { KINDS } from './units/kinds.js';
import { open as openVideo } from './units/video.js';
import type { OpenUnit, UnitView } from './units/unit-view.js';

/** What a unit needs from its player. */
export interface UnitStage {
  readonly course: Course;
  readonly base: string;
  /** Where the course is in a package. */
  readonly files: CourseFiles | undefined;
  readonly gate: SessionGate;
  /** The unit's part in the course's sequencing. */
  readonly activity: OpenedActivity | undefined;
  readonly words: Localizer;
  /** Where its host goes. */
  readonly place: Element;
  readonly pdfAssets: string | undefined;
  readonly trusted: boolean;
  /** The page's own media element for the unit. */
  readonly media: HTMLVideoElement | undefined;
  announce(message: string): void;
  /** A file of the unit is on its way out of its package, or is no more. */
  onDownload(view: DownloadView | undefined): void;
  /** The content asks to be left for another place. */
  navigate(request: NavigationRequest): void;
  onFail(error: LecternError): void;
}

/** What shows that a learner is in a unit, and not only that it is open. */
const DEEDS: readonly LearningEventBody['type'][] = ['played', 'seeked', 'progressed', 'read', 'answered', 'stepStarted', 'completed'];

const isStream = (unit: Unit): boolean => (unit.kind === 'video' || unit.kind === 'audio') && unit.sources.some(isHls);

/** Milliseconds a unit's content gets to say goodbye before the next one opens. */
const FAREWELL = 3_000;

/** Milliseconds that the learner's record waits for a document's first page. */
const PATIENCE = 4_000;

/** What shows its first page whoever reads it: all but books, which open where their reader stopped. */
const beginsAlone = (unit: Unit): boolean => unit.kind === 'document' && unit.sources.every(({ type }) => type !== 'application/epub+zip');

/** One unit on the stage, from the moment it is chosen until it has let go. */
export class OpenedUnit {
  readonly unit: Unit;
  /** The learner has done something in it, so it is theirs to stay in. */
  touched = false;
  readonly #stage: UnitStage;
  readonly #host = document.createElement('div');
  readonly #controller = new AbortController();
  #view: UnitView | undefined;
  #starting: Promise<void> | undefined;
  /** Nobody has been here with this browser, so there is hardly a place to go on from. */
  readonly #alone: boolean;
  #began = false;
  #done = false;

  constructor(unit: Unit, stage: UnitStage) {
    this.unit = unit;
    this.#stage = stage;
    this.#alone = beginsAlone(unit) && readHint(stage.course.id) === undefined;
    this.#host.className = `unit ${unit.kind}`;
    stage.place.append(this.#host);
  }

  /** Loads the view and starts it. Does not reject: a fault goes to `onFail`. */
  start(): Promise<void> {
    return (this.#starting = this.#start());
  }

  async #start(): Promise<void> {
    const { course, base, files, gate, activity, media, words, pdfAssets, trusted } = this.#stage;
    try {
      const { unit, load }: PreparedUnit = files ? await this.#prepare(files) : { unit: this.unit };
      // Video is here at once, because people wait for it; every other kind comes when a unit of it opens.
      const open = (load ? (await load()).open : isStream(unit) ? (await import('./units/hls.js')).open : unit.kind === 'video' ? openVideo : (await KINDS[unit.kind].load()).open) as OpenUnit;
      if (this.#controller.signal.aborted) return;
      const opening = open({
        course,
        unit,
        base,
        feed: files?.feed,
        activity,
        media,
        words,
        pdfAssets,
        trusted,
        host: this.#host,
        languages: words.languages,
        session: gate.opened,
        signal: this.#controller.signal,
        dispatch: (event) => this.#dispatch(event),
        fail: (error) => this.#fail(error),
        announce: (message) => this.#stage.announce(message),
        navigate: (request) => {
          if (!this.#controller.signal.aborted) this.#stage.navigate(request);
        },
      });
      // A view that is there at once must be known at once.
      const view = opening instanceof Promise ? await opening : opening;
      if (this.#controller.signal.aborted) void view.close();
      else this.#view = view;
    } catch (thrown) {
      this.#fail(asLecternError(thrown, 'unit-failed'));
    }
  }

  #prepare(files: CourseFiles): Promise<PreparedUnit> {
    return files.prepare(this.unit, { signal: this.#controller.signal, languages: this.#stage.words.languages, onDownload: (view) => this.#stage.onDownload(view) });
  }

  /** Resolves when what is open can be used, or has said why not. At once where the view does not say. */
  get playable(): Promise<unknown> | undefined {
    if (this.#view || !this.#alone) return this.#view?.playable;
    return Promise.race([this.#starting, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  }

  /** Ends the unit's session and takes it off the stage; at once, where the content needs no time to say goodbye. */
  close(): void | Promise<void> {
    const view = this.#view;
    this.#view = undefined;
    const farewell = view?.close();
    if (!farewell) return this.#end();
    this.#host.hidden = true;
    const patience = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL));
    return Promise.race([farewell, patience]).then(
      () => this.#end(),
      () => this.#end(),
    );
  }

  /** The page is going away, perhaps to come back. */
  suspend(): void {
    this.#view?.suspend?.();
    this.#terminate();
  }

  /** The page has come back. */
  resume(): void {
    if (this.#view?.resume) this.#view.resume();
    else if (this.#began) {
      const length = this.#stage.gate.session?.getState().units[this.unit.id]?.length;
      this.#dispatch({ type: 'initialized', ...(length === undefined ? {} : { length }) });
    }
  }

  /** It was opened in advance and turned out to be the wrong one: as if it had never been. */
  discard(): void {
    this.#stage.gate.forget(this.unit.id);
    this.#began = false;
    void this.#view?.close();
    this.#view = undefined;
    this.#controller.abort();
    this.#host.remove();
  }

  focus(): void {
    this.#view?.focus?.();
  }

  title(): string {
    return pickText(this.unit.title, this.#stage.words.languages);
  }

  #dispatch(event: LearningEventBody & { readonly at?: number }) {
    if (this.#controller.signal.aborted) return undefined;
    if (event.type === 'initialized') this.#began = true;
    if (event.type === 'completed' || event.type === 'passed') this.#done = true;
    if (DEEDS.includes(event.type)) this.touched = true;
    return this.#stage.gate.dispatch({ ...event, unitId: this.unit.id });
  }

  #fail(error: LecternError): void {
    if (this.#controller.signal.aborted) return;
    void this.close();
    this.#stage.onFail(error);
  }

  /** Whatever way the learner leaves, the unit's session ends; an unfinished one asks to be taken up again. */
  #terminate(): void {
    const state = this.#stage.gate.session?.getState().units[this.unit.id];
    if (!this.#began && !state?.session) return;
    if (!this.#done && !state?.completed && state?.success !== 'passed') this.#dispatch({ type: 'suspended' });
    this.#dispatch({ type: 'terminated' });
  }

  #end(): void {
    if (this.#controller.signal.aborted) return;
    this.#terminate();
    this.#controller.abort();
    this.#host.remove();
  }
}
