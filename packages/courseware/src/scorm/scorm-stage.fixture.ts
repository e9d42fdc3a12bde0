import {
  createReceipt,
  createSession,
  type Course,
  type LearningEventBody,
  type LecternError,
  type LmsConnection,
  type ReceiptStatus,
  type ScormUnit,
  type Session,
  type StateContent,
  type Statement,
} from '@lectern/core';
import { openScormUnit, type RunningScormUnit, type ScormNotice } from './open-scorm-unit.js';

/** The other name of this machine: the same files on another origin. */
export const contentOrigin = `${location.protocol}//${location.hostname === 'localhost' ? '127.0.0.1' : 'localhost'}:${location.port}`;

type Call = readonly [name: string, ...args: unknown[]];

export interface StageOptions {
  readonly version?: '1.2' | '2004';
  readonly boot?: readonly Call[];
  readonly farewell?: readonly Call[];
  readonly unit?: Partial<ScormUnit>;
  readonly silence?: number;
}

/** An LMS in memory, a session over it, and SCOs opened in it one after another. */
export class Stage {
  readonly statements: Statement[] = [];
  readonly documents = new Map<string, StateContent>();
  readonly notices: ScormNotice[] = [];
  readonly failures: LecternError[] = [];
  /** What receipts reach; `pending` plays a browser that keeps nothing. */
  reach: ReceiptStatus = 'journaled';
  readonly #host = document.createElement('div');
  #count = 0;
  readonly #registration = crypto.randomUUID();

  constructor() {
    document.body.append(this.#host);
  }

  verbs(): string[] {
    return this.statements.map(({ verb }) => verb.id.split('/').pop()!);
  }

  connection(): LmsConnection {
    const delivered = { waiting: 0, unsafe: 0, stored: 0, failed: 0 };
    return {
      plugin: 'memory',
      learner: { account: { homePage: 'https://school.example', name: 'li' }, name: 'Li' },
      registration: this.#registration,
      launchMode: 'Normal',
      capabilities: { state: true, launch: false, report: false },
      delivery: { getState: () => delivered, subscribe: () => () => undefined, flush: () => Promise.resolve() },
      loadState: ({ activityId, stateId }) => Promise.resolve(this.documents.get(`${activityId} ${stateId}`)),
      saveState: ({ activityId, stateId }, content) => {
        if (this.reach !== 'pending') this.documents.set(`${activityId} ${stateId}`, structuredClone(content));
        return createReceipt(stateId, this.reach).receipt;
      },
      record: (statements) => {
        if (this.reach !== 'pending') this.statements.push(...statements);
        return statements.map(({ id }) => createReceipt(id, this.reach).receipt);
      },
      report: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  async open({ version = '1.2', boot = [], farewell = [], unit: extra, silence }: StageOptions = {}): Promise<Sco> {
    const query = new URLSearchParams({ boot: JSON.stringify(boot), farewell: JSON.stringify(farewell) });
    const unit: ScormUnit = { type: 'unit', kind: 'scorm', id: 'sco', title: 'SCO', version, href: `sco.fixture.html?${query}`, moveOn: 'CompletedOrPassed', ...extra };
    const base = `${contentOrigin}/packages/courseware/src/frame/`;
    const course: Course = { id: 'https://lms.example/courses/1', title: 'Course', format: version === '1.2' ? 'scorm12' : 'scorm2004', base, frame: `${base}frame.fixture.html`, children: [unit] };
    const session = createSession({ course, connection: this.connection() });
    const abort = new AbortController();
    let loaded: () => void;
    const ready = new Promise<void>((resolve) => (loaded = resolve));
    const running = await openScormUnit({
      course,
      unit,
      base,
      title: 'A lesson',
      session,
      host: this.#host,
      signal: abort.signal,
      dispatch: (event: LearningEventBody) => session.dispatch({ ...event, unitId: unit.id }),
      notice: (notice) => this.notices.push(notice),
      fail: (error) => this.failures.push(error),
      loaded: () => loaded(),
      ...(silence === undefined ? {} : { silence }),
    });
    await ready;
    return new Sco(running, session, `${++this.#count}`);
  }

  remove(): void {
    this.#host.remove();
  }
}

/** A SCO that is open on a stage. */
export class Sco {
  readonly running: RunningScormUnit;
  readonly session: Session;
  readonly #name: string;
  #asked = 0;

  constructor(running: RunningScormUnit, session: Session, name: string) {
    this.running = running;
    this.session = session;
    this.#name = name;
  }

  /** Calls, one after another in one tick of the SCO. Without calls: what those in its address answered. */
  call(...calls: readonly Call[]): Promise<string[]> {
    const id = `${this.#name}.${++this.#asked}`;
    const content = this.running.element.contentWindow!.frames[0]!;
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent<{ scoResult?: string; values: string[] } | null>): void => {
        if (data?.scoResult !== id) return;
        removeEventListener('message', listen);
        resolve(data.values);
      };
      addEventListener('message', listen);
      content.postMessage({ sco: id, ...(calls.length > 0 ? { calls } : {}) }, contentOrigin);
    });
  }

  /** As a killed tab: nothing is handed over, nothing said. */
  kill(): void {
    this.running.suspend();
    this.running.element.remove();
  }
}
