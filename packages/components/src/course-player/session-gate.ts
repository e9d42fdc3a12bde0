import type { Course, Dispatched, LearningEvent, LecternError, LmsConnection, Session } from '@lectern/core';
import type { EventKeeper } from './kept-events.js';
import { asLecternError } from './player-error.js';

/** `opening`: what the learner did before is on its way. `failed`: it could not be read; events still wait, and `open` may be called again. */
export type GateState = 'opening' | 'open' | 'failed';

/** Ticks this many seconds apart still count as one stretch of watching; between them none needs to be kept. */
const TICK_SPAN = 4;

/** Milliseconds between two writes of what waits when nothing but time has passed. */
const KEEP_INTERVAL = 1_000;

/**
 * Lets a unit begin before its session is there: events wait in their order, each with its time, and go through when it opens. As soon as it
 * is known whose they are, they are kept in the browser, so that a page that is closed meanwhile loses none.
 */
export class SessionGate {
  /** Resolves once, when the session opens. */
  readonly opened: Promise<Session>;
  readonly #course: Course;
  #waiting: LearningEvent[] = [];
  #resolve!: (session: Session) => void;
  #session: Session | undefined;
  #state: GateState = 'opening';
  #error: LecternError | undefined;
  #attempts = 0;
  #keeper: EventKeeper | undefined;
  #kept = false;
  #keptAt = 0;

  constructor(course: Course) {
    this.#course = course;
    this.opened = new Promise((resolve) => (this.#resolve = resolve));
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get state(): GateState {
    return this.#state;
  }

  get error(): LecternError | undefined {
    return this.#error;
  }

  /** It is known whose events wait, so they are no one else's. */
  get claimed(): boolean {
    return this.#keeper !== undefined;
  }

  /** What waits survives a closed tab. */
  get kept(): boolean {
    return this.#kept;
  }

  /**
   * Connects, reads what the learner did before, and lets through what waited. Does not reject: see `state` and `error`.
   * `onOpen` is called before anything goes through.
   * @param again an attempt that nobody asked for: `state` stays `failed` until it succeeds
   */
  async open(connect: () => Promise<LmsConnection>, onOpen: (session: Session) => void, again = false): Promise<void> {
    const attempt = ++this.#attempts;
    if (!again) this.#state = 'opening';
    try {
      const connection = await connect();
      const { openSession, EventKeeper } = await import('./open-session.js');
      if (attempt !== this.#attempts || this.#session) return;
      if (connection.capabilities.state && !this.#keeper?.isOf(this.#course, connection)) {
        this.#keeper?.release();
        this.#keeper = new EventKeeper(this.#course, connection);
      }
      this.#keep();
      const session = await openSession({ course: this.#course, connection });
      const left = (await this.#keeper?.left()) ?? [];
      if (attempt !== this.#attempts || this.#session) return;
      this.#session = session;
      this.#state = 'open';
      this.#error = undefined;
      onOpen(session);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const { events, told } of left) {
        for (const event of events) tell(session, event);
        told();
      }
      for (const event of waiting) session.dispatch(event);
      this.#keeper?.clear();
      this.#resolve(session);
    } catch (thrown) {
      if (attempt !== this.#attempts) return;
      this.#state = 'failed';
      this.#error = asLecternError(thrown, 'session-failed');
    }
  }

  /** `undefined` while it waits. */
  dispatch(event: LearningEvent): Dispatched | undefined {
    if (this.#session) return this.#session.dispatch(event);
    this.#wait({ at: Date.now(), ...event });
    return undefined;
  }

  /** Drops what waits for a unit that was opened in advance and turned out to be the wrong one. */
  forget(unitId: string): void {
    this.#waiting = this.#waiting.filter((event) => event.unitId !== unitId);
  }

  /** The player is off the page, perhaps to come back: what waits and is kept is for whoever is first. */
  rest(): void {
    this.#keep();
    if (!this.#keeper || this.#session || !this.#kept) return;
    this.#waiting = [];
    this.#kept = false;
    this.#keeper.release();
    this.#keeper = undefined;
  }

  /** Ends the gate: an attempt under way changes nothing any more. */
  close(): void {
    this.#attempts += 1;
    this.rest();
  }

  #wait(event: LearningEvent): void {
    const [before, last] = this.#waiting.slice(-2);
    if (event.type === 'ticked' && last?.type === 'ticked' && before?.type === 'ticked' && last.unitId === event.unitId && before.unitId === event.unitId) {
      const span = event.time - before.time;
      if (span > 0 && span <= TICK_SPAN) this.#waiting.pop();
    }
    this.#waiting.push(event);
    if (event.type !== 'ticked' || Date.now() - this.#keptAt >= KEEP_INTERVAL) this.#keep();
  }

  #keep(): void {
    if (!this.#keeper || this.#session || this.#waiting.length === 0) return;
    this.#keptAt = Date.now();
    this.#kept = this.#keeper.write(this.#waiting);
  }
}

/** An earlier page's event may be of a unit that the course no longer has. */
function tell(session: Session, event: LearningEvent): void {
  try {
    session.dispatch(event);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'unit-unknown') throw error;
  }
}
