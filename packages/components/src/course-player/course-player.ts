import { listUnits, type Course, type DeliveryState, type LearningEvent, type LecternError, type NavigationRequest, type Recorded, type Session, type Unit } from '@lectern/core';
import { adoptStyles, LitElement, type CSSResult, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { base } from '../internal/base.styles.js';
import { LearningStatementEvent } from '../internal/learning-statement-event.js';
import { LecternErrorEvent } from '../internal/lectern-error-event.js';
import { Localizer } from '../internal/localize.js';
import { consumeLearningHost, type LearningHost } from '../internal/session-context.js';
import { tokens } from '../internal/tokens.styles.js';
import { DeliveryEvent, DownloadEvent, ExitEvent, UnitChangeEvent } from './course-player.events.js';
import { styles } from './course-player.styles.js';
import { insteadStyles } from './instead.styles.js';
import { CourseLoading } from './course-loading.js';
import type { KeptCourse } from './offline/kept-course.js';
import type { OfflineCourse } from './offline/offline-course.js';
import type { renderOffline } from './offline/offline-view.js';
import { PageLifecycle } from './page-lifecycle.js';
import { dropPageMedia, pageMedia } from './page-media.js';
import { Playback } from './playback.js';
import { asLecternError, PlayerError } from './player-error.js';
import type { renderProblem } from './problem.js';
import { renderPlayer, type CoursePlayerState } from './player-view.js';
import type { PlayerSnapshot } from './snapshot.js';
import type { Surroundings } from './surroundings.js';

/** Milliseconds that what surrounds a unit waits for one that is slow to be usable. */
const PATIENCE = 2_000;

/**
 * Plays a course: videos, sound, documents, quizzes, SCORM and cmi5 lessons, simulations, with its contents, the learner's progress, and a plain
 * word on what has been saved. Inside a `<learning-session>` everything is recorded and resumes on any device; without one it
 * plays and says that nothing is recorded.
 *
 * Light or dark follows the page's `color-scheme`; the language follows the closest `lang` (English, 简体中文).
 *
 * @element course-player
 *
 * @fires {LearningStatementEvent} learning-statement - Something was recorded; `statement`, and `receipt`, which is live.
 * @fires {UnitChangeEvent} lectern-unit-change - Another unit is open, or none; `unit`, `previous`.
 * @fires {CourseProgressEvent} lectern-progress - The course's progress has changed; `progress` from 0 to 1, `satisfied`.
 * @fires {CourseCompleteEvent} lectern-course-complete - The last unit that was missing is done.
 * @fires {UnitStateEvent} lectern-unit-state - A unit has another status, or has been opened or closed to the learner; `unit`, `status`, `previous`, `locked`.
 * @fires {PlayerChangeEvent} lectern-change - Something in `snapshot` has changed.
 * @fires {ExitEvent} lectern-exit - The learner leaves, or the course has ended; `reason`, `saved`. Cancelable: the page then shows what comes next.
 * @fires {FullscreenEvent} lectern-fullscreen - The player fills the screen, or does so no more; `active`, `pseudo`.
 * @fires {DeliveryEvent} lectern-delivery - What waits and what has arrived has changed; `delivery`.
 * @fires {DownloadEvent} lectern-download - The course is being downloaded whole; `loaded` and `total` in bytes, `total` where it is known.
 * @fires {OfflineEvent} lectern-offline - What is kept for times without a network has changed; `status`.
 * @fires {KeepingEvent} lectern-keeping - The course is being kept; a page that keeps itself, too, says so with `waitUntil`.
 * @fires {LecternErrorEvent} lectern-error - Something went wrong, and the player shows it; `error` with `code`, `file`, `field`.
 *
 * @slot - A `<video>` with the first unit's file, for the quickest start: it loads while the script is on its way, and the player takes it over.
 * @slot contents - A table of contents of the page's own, in place of the player's.
 * @slot empty - In place of the words for a course without units.
 *
 * @csspart base - The frame around everything.
 * @csspart header - The course's title, what is saved, and its progress.
 * @csspart delivery - What is saved, in words.
 * @csspart progress - The course's progress bar.
 * @csspart offline - What is kept for times without a network.
 * @csspart offline-button - A button in it.
 * @csspart stage - Where the unit is, with its title and the way to its neighbours.
 * @csspart unit - The unit itself.
 * @csspart document-toolbar - The tools of a PDF, a book or a picture.
 * @csspart document-pages - Where a PDF's pages scroll.
 * @csspart document-book - Where a book stands.
 * @csspart document-image - Where a picture stands.
 * @csspart transcript - What is said in a film or a recording, as text.
 * @csspart quiz - A quiz, before, during and after an attempt.
 * @csspart quiz-question - A question in it.
 * @csspart quiz-result - What came of an attempt.
 * @csspart steps - The way to the neighbouring units.
 * @csspart previous - The button to the unit before.
 * @csspart next - The button to the unit after.
 * @csspart fullscreen - The button for the full screen.
 * @csspart exit - The button that leaves the course.
 * @csspart contents - The table of contents.
 * @csspart contents-item - A unit in it.
 * @csspart download - How a download stands, and the button that stops it.
 * @csspart error - What is wrong, in place of a course or unit.
 * @csspart left - What stands in place of the unit after leaving.
 *
 * @cssproperty [--lectern-color-accent=light-dark(#15618c, #7cc0e4)] - Progress, links and the main button.
 * @cssproperty [--lectern-color-surface=light-dark(#fff, #171c20)] - Background.
 * @cssproperty [--lectern-color-text=light-dark(#1d2327, #e7ebec)] - Text.
 * @cssproperty [--lectern-font-family=system-ui] - Typeface, with faces for Chinese behind it.
 * @cssproperty [--lectern-font-size=medium] - Size of running text; everything scales with it.
 * @cssproperty [--lectern-radius=12px] - Corners.
 * @cssproperty [--lectern-space=4px] - Unit of all distances.
 *
 * @cssstate loading - The course is on its way.
 * @cssstate empty - It has no units.
 * @cssstate error - There is no course to show.
 * @cssstate ready - The course is shown.
 */
export class CoursePlayer extends LitElement {
  static override readonly styles = [tokens, base, styles, insteadStyles];

  readonly #words = new Localizer(this);
  readonly #internals = this.attachInternals();
  #loading: CourseLoading | undefined;
  #playback: Playback | undefined;
  #host: LearningHost | undefined;
  #hostKnown = false;
  #problem: typeof renderProblem | undefined;
  /** The learner has asked to go somewhere. */
  #asked = false;
  #around: Surroundings | undefined;
  #offline: OfflineCourse | undefined;
  #offlineView: typeof renderOffline | undefined;
  readonly #late = new Set<CSSResult>();

  @query('.place') private place!: HTMLElement;

  @state() private error: LecternError | undefined;
  @state() private announcement = '';

  /**
   * URL of a course: a `course.json`; an `imsmanifest.xml`, `cmi5.xml` or `tincan.xml` beside its content; a package; or one file (video, sound, document).
   * It is recognised by what is in it.
   */
  @property() src = '';

  /** URL of the courseware frame on the content's own origin, for a course that names none: a package, a manifest. */
  @property() frame: string | undefined;

  /** Media type of `src`, where no content could tell: `text/html` for a web page that is meant, `text/markdown`. */
  @property() type: string | undefined;

  /** The unit to begin with, by id. Without it the player goes on where the learner was. */
  @property() unit: string | undefined;

  /** Level of the course's heading, 1 to 5. */
  @property({ type: Number, attribute: 'heading-level' }) headingLevel = 2;

  /**
   * URL of a folder laid out as the npm package `pdfjs-dist` is (`legacy/build/`, `cmaps/`, `standard_fonts/`, `wasm/`, `iccs/`). Without it
   * PDFs are shown with what lies beside the script.
   */
  @property({ attribute: 'pdf-assets' }) pdfAssets: string | undefined;

  /**
   * The page vouches for everything in the course: the courseware frame may then be on the page's own origin, where content can reach what the page can. For pages
   * that are part of the content, as in a package; never for content of others.
   */
  @property({ type: Boolean }) trusted = false;

  /** `none`: the unit alone, for a page that draws header, contents and steps itself, from `snapshot`. */
  @property({ reflect: true }) chrome: 'full' | 'none' = 'full';

  /** Offers to keep the course in this browser, and plays it from there where there is no network. For courses with a `src`. */
  @property({ type: Boolean, attribute: 'offline' }) keepOffline = false;

  /**
   * URL of `page-worker.js`, which lies beside the bundle: with `offline`, it keeps this page, too, so that the page opens without a network. It must be on the page's
   * origin, and where it lies in another folder than the page, come with the header `Service-Worker-Allowed`. A page with a worker of its own needs none.
   */
  @property({ attribute: 'page-worker' }) pageWorker: string | undefined;

  /** The course itself, in place of `src`. Its URLs resolve against its `base`, else the page. */
  @property({ attribute: false }) course: Course | undefined;

  #state: CoursePlayerState = 'loading';

  constructor() {
    super();
    new PageLifecycle(this, {
      onHidden: () => this.#playback?.tick(),
      onTick: () => this.#playback?.tick(),
      onLeave: () => this.#playback?.leave(),
      onReturn: () => this.#playback?.resume(),
      onOnline: () => (this.error?.code === 'course-offline' ? this.retry() : this.#playback?.reconnect()),
    });
    consumeLearningHost(this, (host) => {
      this.#host = host;
      this.#hostKnown = true;
      this.#playback?.attach(host);
    });
    this.#setState('loading');
  }

  /** What the player shows. */
  get state(): CoursePlayerState {
    return this.#state;
  }

  /** Fraction of the course that is done, 0 to 1. */
  get progress(): number {
    return this.#playback?.session?.getState().rollUp.progress ?? 0;
  }

  /**
   * All that a page needs to draw a table of contents, progress and steps itself: units with their states and locks and why, the way to the neighbours,
   * progress in parts and in seconds, what is saved. Frozen; the same object until something changes, which `lectern-change` tells. Absent until its code
   * has arrived, a moment after the player.
   */
  get snapshot(): PlayerSnapshot | undefined {
    return this.#around?.snapshot;
  }

  /** The player fills the screen, or the page where the browser has no full screen to give. */
  get fullscreen(): boolean {
    return this.#around?.fullscreen.mode !== undefined;
  }

  /** What of the course is kept for times without a network, and how more or less is. Absent without `offline`, and until its code has arrived, a moment after the course. */
  get offline(): OfflineCourse | undefined {
    return this.#offline;
  }

  /** The unit that is open. */
  get currentUnit(): Unit | undefined {
    return this.#playback?.unit;
  }

  /** What waits and what has arrived; absent before the learner's session is open. */
  get delivery(): DeliveryState | undefined {
    return this.#playback?.delivery;
  }

  /** The session, once it is open. */
  get session(): Session | undefined {
    return this.#playback?.session;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#state === 'loading' && this.#loading?.ended) void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#hostKnown = false;
    // A node that is moved is taken out and put back at once: only one that stays away has gone.
    queueMicrotask(() => {
      if (this.isConnected) return;
      void this.#around?.fullscreen.leave();
      this.#playback?.stop();
      if (this.#state === 'loading') this.#loading?.end();
    });
  }

  /** Whatever is shown may have changed, and so may what is told of it. */
  override requestUpdate(...change: Parameters<LitElement['requestUpdate']>): void {
    // Lit asks once before the fields of this class are there.
    if (#around in this) this.#around?.forget();
    super.requestUpdate(...change);
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.#around?.updated();
    if ((['src', 'course', 'frame', 'type'] as const).some((name) => changed.has(name))) void this.#load();
    else if (changed.has('unit') && this.unit && this.#playback && this.unit !== this.currentUnit?.id) void this.open(this.unit);
  }

  readonly #onOpen = (unitId: string): void => {
    void this.open(unitId).then(() => this.#focusHeading());
  };

  readonly #onGo = (request: NavigationRequest): void => {
    this.#asked = true;
    void this.#playback?.go(request).then(({ type }) => {
      if (type === 'deliver') this.#focusHeading();
    });
  };

  readonly #onGoOn = (): void => {
    void this.#playback?.goOn().then(() => this.#focusHeading());
  };

  readonly #onLeave = (): void => {
    this.#asked = true;
    void this.suspend();
  };

  /**
   * Opens a unit. Resolves when its view is there, or says what is wrong with it.
   * @throws CoreError `unit-unknown`; PlayerError `unit-closed` where the course does not allow it now
   */
  async open(unitId: string): Promise<void> {
    await this.#playback?.open(unitId);
  }

  /** Goes on: to the unit after the open one, or where the course leads. Where there is none, or it may not be opened, nothing. */
  async next(): Promise<void> {
    await this.#playback?.go({ request: 'continue' });
  }

  /** Goes back to the unit before the open one. Where there is none, or the course does not allow it, nothing. */
  async previous(): Promise<void> {
    await this.#playback?.go({ request: 'previous' });
  }

  /** Ends the open unit so that it can be taken up again. Resolves when what was recorded has been sent, or the sending has failed. */
  async suspend(): Promise<void> {
    await this.#playback?.suspend();
  }

  /**
   * Fills the screen; where the browser has no full screen to give (iPhone, a frame without `allow="fullscreen"`, no click or key before), the page. Escape ends it.
   */
  async enterFullscreen(): Promise<void> {
    if (!this.isConnected) return;
    await (await this.#surround()).fullscreen.enter();
  }

  /** Ends the full screen. */
  async exitFullscreen(): Promise<void> {
    await this.#around?.fullscreen.leave();
  }

  /** Tries again what failed: the course, the unit, or the connection. */
  retry(): void {
    if (this.#playback) this.#playback.retry();
    else void this.#load();
  }

  async #load(): Promise<void> {
    this.#loading?.end();
    const loading = (this.#loading = new CourseLoading((_view, progress) => {
      if (progress) this.dispatchEvent(new DownloadEvent(progress.loaded, progress.total));
      void this.#prepareProblem();
      this.requestUpdate();
    }));
    this.#playback?.dispose();
    this.#offline?.dispose();
    this.#offline = undefined;
    this.#playback = undefined;
    this.error = undefined;
    this.#setState('loading');
    if (!this.course && !this.src) return;
    try {
      const loaded = await loading.load(this);
      if (!loading.ended) this.#play(loaded);
    } catch (thrown) {
      if (loading.ended) return;
      const error = asLecternError(thrown, 'course-invalid');
      this.#fail(error);
      this.dispatchEvent(new LecternErrorEvent(error));
    }
  }

  /** The words for what is wrong come before anything is, but behind what people wait for: the network may be what fails. */
  async #prepareProblem(): Promise<void> {
    const module = this.#problem ? undefined : await import('./problem.js').catch(() => undefined);
    if (!module) return;
    this.#problem = module.renderProblem;
    this.#adopt([module.problemStyles]);
    this.requestUpdate();
  }

  #fail(error: LecternError): void {
    const loading = this.#loading;
    void this.#prepareProblem().then(() => {
      if (loading !== this.#loading) return;
      this.error = error;
      this.#setState('error');
    });
  }

  /** Stops a download of the course. The player says so, and offers to try again. */
  cancel(): void {
    if (this.#state !== 'loading' || !this.#loading?.download) return;
    this.#loading.end();
    this.#fail(new PlayerError('course-cancelled', 'The download was cancelled.', { file: this.src }));
  }

  #play(loaded: KeptCourse): void {
    if (listUnits(loaded.course).length === 0) {
      void this.#prepareProblem();
      this.#setState('empty');
      return;
    }
    this.#playback = new Playback({
      ...loaded,
      words: this.#words,
      place: this.place,
      pdfAssets: this.pdfAssets,
      trusted: this.trusted,
      media: (unit) => {
        const media = loaded.files ? undefined : pageMedia(this, unit, loaded.base);
        if (!media) dropPageMedia(this);
        return media;
      },
      unit: this.unit,
      listener: {
        onChange: () => this.requestUpdate(),
        onNavigation: () => {
          this.requestUpdate();
          this.#around?.told();
        },
        onUnit: (unit, previous) => this.dispatchEvent(new UnitChangeEvent(unit, previous)),
        onSession: (session) => {
          void this.#prepareProblem();
          void this.#watchUnits(session).catch(() => undefined);
        },
        onRecorded: (recorded, event, session) => this.#onRecorded(recorded, event, session),
        onDelivery: (delivery) => {
          this.requestUpdate();
          this.dispatchEvent(new DeliveryEvent(delivery));
        },
        onExit: (why, saved) => !this.dispatchEvent(new ExitEvent(why, saved)),
        onRest: () => {
          // Where a host has put the course aside, its learner is elsewhere.
          if (this.#asked) this.#focusHeading();
          this.#asked = false;
        },
        onError: (error) => {
          void this.#prepareProblem();
          this.dispatchEvent(new LecternErrorEvent(error));
        },
        announce: (message) => (this.announcement = message),
      },
    });
    this.#setState('ready');
    void this.#prepare(this.#playback);
    if (this.keepOffline && this.src && !this.course) void this.#watchOffline(loaded, this.#playback).catch(() => undefined);
    if (this.#hostKnown) this.#playback.attach(this.#host);
    if (!this.isConnected) this.#playback.stop();
  }

  #onRecorded(recorded: readonly Recorded[], event: LearningEvent, session: Session): void {
    for (const { statement, receipt } of recorded) this.dispatchEvent(new LearningStatementEvent(statement, receipt));
    if (recorded.length > 0) this.announcement = this.#around?.outcome(session, event) ?? this.announcement;
    if (this.#around?.progressed() || recorded.length > 0) this.requestUpdate();
    if (recorded.length > 0) this.#around?.told();
  }

  async #watchUnits(session: Session): Promise<void> {
    const before = session.getState();
    const around = await this.#surround();
    if (this.#playback && session === this.session) around.watch(this.#playback, before);
  }

  /** What surrounds a unit comes when the unit can be used, or is slow to become so. */
  async #prepare(playback: Playback): Promise<void> {
    // A page that draws the chrome waits for it as others wait for the unit.
    if (this.chrome !== 'none') await Promise.race([playback.playable, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    if (playback === this.#playback) await this.#surround().catch(() => undefined);
  }

  /** What keeps courses comes when the unit can be used. */
  async #watchOffline(loaded: KeptCourse, playback: Playback): Promise<void> {
    await Promise.race([playback.playable, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    const { openOffline, offlineStyles, renderOffline } = await import('./offline/index.js');
    if (playback !== this.#playback) return;
    this.#adopt([offlineStyles]);
    this.#offlineView = renderOffline;
    this.#offline = openOffline(this, loaded, (keep) => this.#host?.keepLaunch?.(keep), (files) => (playback.files = files));
  }

  async #surround(): Promise<Surroundings> {
    const { Surroundings } = await import('./surroundings.js');
    if (!this.#around) {
      this.#adopt(Surroundings.styles);
      this.#around = new Surroundings({
        element: this,
        root: this.renderRoot as ShadowRoot,
        words: this.#words,
        playback: () => this.#playback,
        state: () => this.#state,
        level: () => this.headingLevel + 2,
        open: this.#onOpen,
        keptOf: (id) => this.#offline?.wordsOf(id, this.#words),
        redraw: () => this.requestUpdate(),
      });
      this.requestUpdate();
    }
    return this.#around;
  }

  #adopt(styles: readonly CSSResult[]): void {
    for (const sheet of styles) this.#late.add(sheet);
    adoptStyles(this.renderRoot as ShadowRoot, [...CoursePlayer.styles, ...this.#late]);
  }

  readonly #toggleFullscreen = (): void => {
    void (this.fullscreen ? this.exitFullscreen() : this.enterFullscreen());
  };

  #setState(next: CoursePlayerState): void {
    this.#state = next;
    try {
      this.#internals.states.clear();
      this.#internals.states.add(next);
    } catch {
      // Browsers before `:state()` took other names or none; only styling from outside misses it.
    }
    this.requestUpdate();
  }

  /** Where to after a change that the learner asked for: the title of what is there now. */
  #focusHeading(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.unit-title, .left .heading')?.focus());
  }

  protected override render(): TemplateResult {
    return renderPlayer({
      state: this.#state,
      error: this.error,
      announcement: this.announcement,
      problem: this.#problem,
      words: this.#words,
      level: this.headingLevel,
      playback: this.#playback,
      steps: this.#around?.steps,
      offline: this.#offline && this.#words.ready ? this.#offlineView?.(this.#offline, this.#words) : undefined,
      bare: this.chrome === 'none',
      onSlot: () => this.requestUpdate(),
      ownContents: this.querySelector(':scope > [slot="contents"]') !== null,
      fullscreen: this.fullscreen,
      pseudo: this.#around?.fullscreen.mode === 'pseudo',
      toggleFullscreen: this.#toggleFullscreen,
      download: this.#loading?.download,
      cancel: () => this.cancel(),
      go: this.#onGo,
      leave: this.#onLeave,
      goOn: this.#onGoOn,
      retry: () => this.retry(),
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'course-player': CoursePlayer;
  }
}
