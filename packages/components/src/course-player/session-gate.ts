import type { Course, Dispatched, LearningEvent, LecternError, LmsConnection, Session } from '@lectern/core';
import { asLecternError } from './player-error.js';

/** `opening`: what the learner did before is on its way. `failed`: it could not be read; events still wait, and `open` may be called again. */
export type GateState = 'opening' | 'open' | 'failed';

/** Ticks this many seconds apart still count as one stretch of watching; between them none needs to be kept. */
const TICK_SPAN = 4;

/**
 * Lets a unit begin before its session is there: events wait in their order, each with its time, and go through when it opens.
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

  /**
   * Connects, reads what the learner did before, and lets through what waited. Does not reject: see `state` and `error`.
   * `onOpen` is called before anything goes through.
   */
  async open(connect: () => Promise<LmsConnection>, onOpen: (session: Session) => void): Promise<void> {
    const attempt = ++this.#attempts;
    this.#state = 'opening';
    try {
      const connection = await connect();
      const { openSession } = await import('./open-session.js');
      const session = await openSession({ course: this.#course, connection });
      if (attempt !== this.#attempts || this.#session) return;
      this.#session = session;
      this.#state = 'open';
      this.#error = undefined;
      onOpen(session);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const event of waiting) session.dispatch(event);
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

  /** Ends the gate: an attempt under way changes nothing any more. */
  close(): void {
    this.#attempts += 1;
  }

  #wait(event: LearningEvent): void {
    const [before, last] = this.#waiting.slice(-2);
    if (event.type === 'ticked' && last?.type === 'ticked' && before?.type === 'ticked' && last.unitId === event.unitId && before.unitId === event.unitId) {
      const span = event.time - before.time;
      if (span > 0 && span <= TICK_SPAN) this.#waiting.pop();
    }
    this.#waiting.push(event);
  }
}
