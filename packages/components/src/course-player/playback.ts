import {
  CoreError,
  createFreeNavigation,
  listUnits,
  type Course,
  type DeliveryState,
  type LearningEvent,
  type LecternError,
  type LmsConnection,
  type Navigation,
  type NavigationOutcome,
  type NavigationRequest,
  type Recorded,
  type Session,
  type Unit,
} from '@lectern/core';
import type { Localizer } from '../internal/localize.js';
import type { LearningHost } from '../internal/session-context.js';
import { UNRECORDED } from '../internal/unrecorded.js';
import type { AttemptClaim } from './attempt-lock.js';
import type { LoadedCourse } from './load-course.js';
import type { CourseFiles, DownloadView } from './sources/course-files.js';
import { OpenedUnit } from './opened-unit.js';
import { asLecternError, PlayerError } from './player-error.js';
import { readHint, writeHint } from './resume-hint.js';
import type { renderResting, Resting } from './resting.js';
import { isRuled, openRuledNavigation, waitingNavigation } from './ruled-navigation.js';
import { SessionGate } from './session-gate.js';
import type { TryAgain } from './try-again.js';

/** What a playback tells its element. */
export interface PlaybackListener {
  /** Something that is shown may have changed. */
  onChange(): void;
  /** Other units may be opened than before. */
  onNavigation(): void;
  onUnit(unit: Unit | undefined, previous: Unit | undefined): void;
  onSession(session: Session): void;
  onRecorded(recorded: readonly Recorded[], event: LearningEvent, session: Session): void;
  onDelivery(state: DeliveryState): void;
  /** What stands in place of a unit is there. */
  onRest(): void;
  /**
   * The learner leaves the course, or it has ended.
   * @param saved resolves when what was recorded has been sent, or the sending has failed
   * @returns whether the page takes it from here
   */
  onExit(why: 'left' | 'ended', saved: Promise<DeliveryState | undefined>): boolean;
  onError(error: LecternError): void;
  announce(message: string): void;
}

export interface PlaybackOptions extends LoadedCourse {
  readonly words: Localizer;
  /** URL of the folder with what pdf.js fetches, where the page names one. */
  readonly pdfAssets: string | undefined;
  readonly trusted: boolean;
  /** Where units are put. */
  readonly place: Element;
  /** The page's own media element for a unit; asked for once a unit is chosen. */
  media(unit: Unit): HTMLVideoElement | undefined;
  /** The unit to begin with; without one, where the learner was. */
  readonly unit: string | undefined;
  readonly listener: PlaybackListener;
}

const unrecorded = async (): Promise<LmsConnection> => (await import('./unrecorded-connection.js')).createUnrecordedConnection();

/** One course being played: which unit is open, and the session that all of them tell. */
export class Playback {
  readonly course: Course;
  readonly units: readonly Unit[];
  /** What may be opened, and where a request leads. */
  navigation: Navigation;
  /** Why the chosen unit is not on the stage. */
  error: LecternError | undefined;
  resting: Resting | undefined;
  /** The page shows what comes after leaving. */
  handedOver = false;
  /** What shows it; comes when the first unit has been left. */
  restingView: typeof renderResting | undefined;
  /** A file of the unit is on its way out of its package. */
  download: DownloadView | undefined;
  /** What there is to say and to do when something is wrong. */
  trouble: typeof import('./trouble.js') | undefined;
  /** Why the last record that failed did. */
  failure: LecternError | undefined;
  /** Whether there is a `<learning-session>`; `undefined` while that is not known. */
  recorded: boolean | undefined;
  readonly #options: PlaybackOptions;
  /** Where units' files come from that open from now on, if not from the network. */
  files: CourseFiles | undefined;
  /** The course says itself where its learners may go. */
  readonly #ruled: boolean;
  #gate: SessionGate;
  #host: LearningHost | undefined;
  #opened: OpenedUnit | undefined;
  #chosen: Unit | undefined;
  #provisional = false;
  #disposed = false;
  #turn = 0;
  #attempt: AttemptClaim | undefined;
  #mark: string | undefined;
  /** Resolves when the course's own rules are at work. */
  #rules: Promise<void> | undefined;
  #cleanups: (() => void)[] = [];
  #again: TryAgain | undefined;

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.files = options.files;
    this.course = options.course;
    this.units = listUnits(options.course);
    this.#ruled = isRuled(options.course);
    this.navigation = this.#ruled ? waitingNavigation : createFreeNavigation(options.course, () => this.#chosen?.id);
    this.#gate = new SessionGate(this.course);
    this.#begin();
  }

  get session(): Session | undefined {
    return this.#gate.session;
  }

  get gate(): SessionGate {
    return this.#gate;
  }

  /** The unit the learner chose; on the stage, or on its way there. */
  get unit(): Unit | undefined {
    return this.resting ? undefined : this.#chosen;
  }

  /** Resolves when the open unit can be used, or has said why not; at once where none is open. */
  get playable(): Promise<unknown> {
    return Promise.resolve(this.#opened?.playable);
  }

  /** The attempt is open in another place, or has gone on there. */
  get elsewhere(): boolean {
    return this.resting === 'elsewhere' || this.resting === 'taken';
  }

  get delivery(): DeliveryState | undefined {
    return this.session?.connection.delivery.getState();
  }

  /** The `<learning-session>` around the player, or its absence, is known; or it has changed. */
  attach(host: LearningHost | undefined): void {
    const again = this.recorded !== undefined && host === this.#host;
    if (again && this.#gate.state !== 'failed') {
      this.#reopen();
      return;
    }
    // What waits under one learner's name is not told under another's.
    if ((this.session || this.#gate.claimed) && !again) this.#renew();
    this.#host = host;
    this.recorded = host !== undefined;
    void this.connect();
  }

  /** Opens the session, or tries again; `unasked`, without a word about what is known; `takeOver`, whatever other place has the attempt open. */
  async connect(unasked = false, takeOver = false): Promise<void> {
    const gate = this.#gate;
    const host = this.#host;
    const known = unasked ? gate.error?.code : undefined;
    this.#again?.cancel();
    // A video that people wait for has the network to itself until it can play.
    const connect = async (): Promise<LmsConnection> => {
      await this.#opened?.playable;
      void this.#prepareTrouble();
      if (!host) return unrecorded();
      const connection = await host.connect(this.course);
      if (gate === this.#gate) await this.#claim(connection, takeOver);
      return connection;
    };
    const opening = gate.open(connect, (session) => this.#enter(session), unasked);
    this.#options.listener.onChange();
    await opening;
    if (gate !== this.#gate) return;
    if (gate.state === 'open') this.#again?.reset();
    if (gate.state === 'failed' && gate.error?.code === 'attempt-elsewhere') {
      // Nothing that was begun here in advance counts.
      this.#opened?.discard();
      this.#opened = undefined;
      await this.#giveWay('elsewhere');
    } else if (gate.state === 'failed' && gate.error) {
      if (gate.error.code !== known) this.#options.listener.onError(gate.error);
      // What the learner did is unknown for now; the content need not wait for it.
      if (!this.#chosen && !this.error && !this.#ruled) this.#anticipate();
      this.#again?.after(gate.error);
    }
    this.#options.listener.onChange();
  }

  /** The network is back: perhaps the learner's record is too. */
  reconnect(): void {
    if (this.#gate.state === 'failed') void this.connect(true);
  }

  /** Opens a unit. Resolves when its view is there, or has failed and says so. */
  async open(unitId: string): Promise<void> {
    const outcome = await this.go({ request: 'choice', target: unitId });
    if (outcome.type !== 'refused') return;
    if (outcome.reason === 'unknown') throw new CoreError('unit-unknown', `The course has no unit "${unitId}".`, { field: 'unitId' });
    throw new PlayerError('unit-closed', `The unit "${unitId}" may not be opened now: ${outcome.reason}.`, { field: 'unitId' });
  }

  /** Goes where the learner, or the content, asks to, as far as the course allows. Resolves when what is opened is there. */
  async go(request: NavigationRequest): Promise<NavigationOutcome> {
    if (this.resting && this.#host && request.request !== 'suspendAll' && !(await this.#own())) return { type: 'refused', reason: 'waiting' };
    const asked = this.navigation.request(request, () => this.#clear());
    // What needs no waiting begins at once.
    const outcome = asked instanceof Promise ? await asked : asked;
    await this.#arrive(outcome);
    return outcome;
  }

  /** Ends the open unit, to be taken up again. */
  async suspend(): Promise<void> {
    const { type } = await this.go({ request: 'suspendAll' });
    if (type === 'refused') await this.#rest('left');
  }

  /** After leaving, or at the end of the course: where the learner was, or anew. */
  async goOn(): Promise<void> {
    if (this.elsewhere) return this.connect(false, true);
    if (this.#host && !(await this.#own())) return;
    if (this.navigation.begin) await this.#arrive(this.navigation.begin(undefined, true));
    else await this.open((this.#chosen ?? this.units[0]!).id);
  }

  /** Tries again what has failed: the rules, the unit, or the connection. */
  retry(): void {
    const { session } = this;
    if (this.#gate.state === 'failed') void this.connect();
    else if (this.#ruled && this.navigation === waitingNavigation && session) void this.#followRules(session);
    else if (this.error) void (this.unit ? this.#show(this.unit) : this.goOn());
    else void session?.connection.delivery.flush();
  }

  /** The page or the element goes; `resume` may follow. */
  leave(): void {
    this.#opened?.suspend();
    this.session?.save();
    // A page that holds a lock does not come back from the back/forward cache.
    this.#release();
  }

  resume(): void {
    this.#opened?.resume();
    if (this.#host) void this.#own();
  }

  /** The element is off the page: nothing stays open. */
  stop(): void {
    this.#turn += 1;
    const closing = this.#clear();
    // Foreign content says its last words first: what it has loaded, it has; and transfers end with it.
    const rest = (): void => {
      this.files?.rest();
      this.session?.save();
      this.#release();
    };
    if (closing) void closing.then(rest);
    else rest();
    this.session?.save();
    this.#again?.cancel();
    this.#gate.rest();
  }

  /** The course is not played any more. */
  dispose(): void {
    this.#disposed = true;
    this.stop();
    this.#gate.close();
    this.#detach();
  }

  tick(): void {
    if (this.#opened) this.session?.tick(this.#opened.unit.id);
  }

  /** Video begins at once; what is dearer to open waits for the learner's record to say that it is the right unit. */
  #begin(): void {
    const { unit: wanted } = this.#options;
    if (wanted !== undefined) {
      const unit = this.units.find(({ id }) => id === wanted);
      if (unit) void (this.#ruled || this.#show(unit));
      else this.#fail(new PlayerError('unit-unknown', `The course has no unit "${wanted}".`, { field: 'unit' }));
      return;
    }
    // These begin without a record; what others do would overwrite it.
    if (!this.#ruled && ['video', 'document'].includes(this.#likely()?.kind ?? '')) this.#anticipate();
  }

  /** Where the learner probably is, as long as their record has not said. */
  #likely(): Unit | undefined {
    const hinted = readHint(this.course.id);
    return this.units.find(({ id }) => id === hinted) ?? this.units[0];
  }

  #anticipate(): void {
    const unit = this.#likely();
    if (!unit) return;
    this.#provisional = true;
    void this.#show(unit);
  }

  /** @throws PlayerError `attempt-elsewhere` */
  async #claim(connection: LmsConnection, takeOver = false): Promise<AttemptClaim> {
    const { claimAttempt } = await import('./attempt-lock.js');
    const claim = (this.#attempt ??= await claimAttempt(this.course, connection, takeOver, () => this.#giveWay('taken'), this.#mark));
    this.#mark = claim.mark;
    if (this.#disposed) this.#release();
    return claim;
  }

  #release(): void {
    this.#attempt?.release();
    this.#attempt = undefined;
  }

  /** Before it goes on here: the attempt is this place's, and what another has done meanwhile is known. @returns whether it does go on */
  async #own(): Promise<boolean> {
    if (this.elsewhere) await this.connect(false, true);
    else if (this.session && !this.#attempt) {
      try {
        const { unchanged } = await this.#claim(this.session.connection);
        if (!unchanged) {
          this.#renew(true);
          await this.connect();
        }
      } catch {
        await this.#giveWay('elsewhere');
      }
    }
    await this.#rules;
    return !this.elsewhere;
  }

  /** The attempt is another place's: what is open here ends and is saved, and before it goes on here the record is read anew. */
  async #giveWay(why: 'elsewhere' | 'taken'): Promise<void> {
    this.#attempt = undefined;
    await this.#rest(why);
    this.#detach();
    this.#gate.close();
    this.#gate = new SessionGate(this.course);
    this.#chosen = undefined;
    if (this.#ruled) this.navigation = waitingNavigation;
    this.#options.listener.onChange();
  }

  /** Before anything is wrong: the network may be what fails. */
  async #prepareTrouble(): Promise<void> {
    this.trouble ??= await import('./trouble.js').catch(() => undefined);
    if (this.trouble) this.#again ??= new this.trouble.TryAgain(() => void this.connect(true));
  }

  /** The session is there, and what waited has not gone through yet. */
  #enter(session: Session): void {
    const { listener } = this.#options;
    if (this.elsewhere) this.resting = undefined;
    this.#cleanups.push(
      session.subscribe((_state, { event, recorded }) => {
        for (const { receipt } of recorded) this.#watch(receipt);
        listener.onRecorded(recorded, event, session);
      }),
      session.connection.delivery.subscribe((state) => listener.onDelivery(state)),
    );
    if (session.connection.plugin === UNRECORDED) this.recorded = false;
    void this.#report(session);
    listener.onSession(session);
    if (this.#ruled) {
      this.#rules = this.#followRules(session);
      return;
    }
    const current = this.units.find(({ id }) => id === session.getState().currentUnitId) ?? this.units[0];
    const wrong = this.#provisional && this.#opened && !this.#opened.touched && current && current !== this.#opened.unit;
    this.#provisional = false;
    if (wrong) {
      this.#opened?.discard();
      this.#opened = undefined;
    }
    if (current && (wrong || (!this.#chosen && !this.error && !this.resting))) void this.#show(current);
  }

  /** From here on the course's own rules say where the learner may go, and where the visit begins. */
  async #followRules(session: Session): Promise<void> {
    const { unit, listener } = this.#options;
    try {
      const navigation = await openRuledNavigation(this.course, session);
      if (session !== this.session) return;
      this.navigation = navigation;
      this.error = undefined;
      this.#cleanups.push(navigation.subscribe(() => listener.onNavigation()));
      if (!this.resting && navigation.begin) await this.#arrive(navigation.begin(unit));
    } catch (thrown) {
      if (session === this.session) this.#fail(asLecternError(thrown, 'session-failed'));
    }
  }

  async #report(session: Session): Promise<void> {
    if (!session.connection.capabilities.report) return;
    const { reportOutcomes } = await import('./report-outcomes.js');
    if (session !== this.session) return;
    this.#cleanups.push(reportOutcomes(session, (thrown) => this.#options.listener.onError(asLecternError(thrown, 'session-failed'))));
  }

  #watch(receipt: Recorded['receipt']): void {
    const look = ({ status, error }: Recorded['receipt']): void => {
      if (status === 'stored' || status === 'failed') end();
      if (status !== 'failed' || !error) return;
      this.failure = error;
      this.#options.listener.onChange();
    };
    const end = receipt.subscribe(look);
    look(receipt); // What breaks the specification has failed before it is handed out.
  }

  /** Shows what a request has come to. */
  async #arrive(outcome: NavigationOutcome): Promise<void> {
    if (outcome.type === 'deliver') {
      this.#provisional = false;
      await this.#show(this.units.find(({ id }) => id === outcome.unitId)!);
    } else if (outcome.type === 'ended') {
      await this.#rest(outcome.suspended ? 'left' : 'ended');
    } else if (outcome.type === 'rest') {
      await this.#rest(this.#ruled ? 'choose' : 'left');
    }
  }

  /** Nothing is on the stage; the learner decides how to go on. */
  async #rest(why: Resting): Promise<void> {
    const { listener } = this.#options;
    const previous = this.unit;
    let tell!: (state: DeliveryState | undefined) => void;
    const saved = new Promise<DeliveryState | undefined>((resolve) => (tell = resolve));
    this.handedOver = (why === 'left' || why === 'ended') && listener.onExit(why, saved);
    this.resting = why;
    this.#turn += 1;
    if (previous) listener.onUnit(undefined, previous);
    listener.onChange();
    try {
      await Promise.all([this.#clear(), this.handedOver || this.#loadRestingView()]);
      this.session?.save();
      await this.session?.connection.delivery.flush();
    } finally {
      // Left, it may be gone on with in any place.
      if (this.resting === why && !this.elsewhere && why !== 'choose') this.#release();
      tell(this.delivery);
    }
  }

  async #loadRestingView(): Promise<void> {
    this.restingView = (await import('./resting.js')).renderResting;
    this.#options.listener.onChange();
    this.#options.listener.onRest();
  }

  async #show(unit: Unit): Promise<void> {
    const turn = ++this.#turn;
    const { words, place, base, listener } = this.#options;
    const previous = this.unit;
    this.resting = undefined;
    this.error = undefined;
    this.#chosen = unit;
    if (previous !== unit) listener.onUnit(unit, previous);
    listener.onChange();
    const closing = this.#clear();
    if (closing) await closing;
    if (turn !== this.#turn) return;
    const opened = new OpenedUnit(unit, {
      course: this.course,
      base,
      files: this.files,
      words,
      place,
      media: this.#options.media(unit),
      pdfAssets: this.#options.pdfAssets,
      trusted: this.#options.trusted,
      gate: this.#gate,
      activity: this.navigation.activity?.(unit.id),
      announce: (message) => listener.announce(message),
      onDownload: (view) => {
        if (this.#opened !== opened) return;
        this.download = view;
        listener.onChange();
      },
      navigate: (request) => void this.go(request),
      onFail: (error) => {
        if (this.#opened !== opened) return;
        this.#opened = undefined;
        this.#fail(error);
      },
    });
    this.#opened = opened;
    if (this.recorded !== false) writeHint(this.course.id, unit.id);
    await opened.start();
    listener.onChange();
  }

  #clear(): void | Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    this.download = undefined;
    return opened?.close();
  }

  #fail(error: LecternError): void {
    this.error = error;
    this.#options.listener.onError(error);
    this.#options.listener.onChange();
  }

  /** Another learner or another session: what is open ends where it belongs, and begins anew. */
  #renew(sameLearner = false): void {
    void this.#clear();
    if (!sameLearner) this.#release();
    this.#detach();
    this.#gate.close();
    this.#gate = new SessionGate(this.course);
    this.failure = undefined;
    if (!this.#ruled) return this.#reopen();
    // Where this learner may go is another matter.
    this.navigation = waitingNavigation;
    const previous = this.unit;
    this.#chosen = undefined;
    if (previous) this.#options.listener.onUnit(undefined, previous);
  }

  #reopen(): void {
    if (this.#opened || !this.#chosen || this.resting || this.error) return;
    void this.#show(this.#chosen);
    if (this.#host) void this.#own();
  }

  #detach(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }
}
