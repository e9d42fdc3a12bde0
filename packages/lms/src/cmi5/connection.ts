import {
  createReceipt, EXTENSIONS, formatDuration, VERBS, type ConnectOptions, type Receipt, type Result, type StateContent, type StateKey, type Statement, type Verb,
} from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import type { PageLifecycle, PageMoment } from '../outbox/environment.js';
import type { Outbox } from '../outbox/outbox.js';
import { profileMembers, queuedMembers, type QueuedConnection } from '../outbox/queued-connection.js';
import type { OutboxQueue } from '../outbox/queue.js';
import type { Transport } from '../outbox/transport.js';
import { within } from '../fan-out/within.js';
import type { LrsClock } from '../xapi/lrs-clock.js';
import { AuOutcome, OUTCOME_STATE_ID } from './au-outcome.js';
import { createAuStatements, type AuStatements } from './au-statements.js';
import type { Cmi5LaunchData, Cmi5Preferences } from './launch-data.js';
import type { Cmi5Launch } from './launch.js';

/** What the cmi5 plugin's `connect` yields. */
export interface Cmi5Connection extends QueuedConnection {
  /** As the LMS gave it: `moveOn`, `masteryScore`, `launchParameters`, `entitlementKey`. */
  readonly launchData: Cmi5LaunchData;
  readonly preferences: Cmi5Preferences;
}

/** Milliseconds that an end waits for what is on its way: then it goes as when the page is left. */
const PATIENCE = 3_000;

export interface AuSessionOptions {
  readonly launch: Cmi5Launch;
  readonly data: Cmi5LaunchData;
  readonly preferences: Cmi5Preferences;
  readonly queue: OutboxQueue;
  /** Where it is this connection's own. */
  readonly outbox: Outbox | undefined;
  readonly transport: Transport;
  readonly clock: LrsClock;
  readonly connecting: ConnectOptions;
  /** `initialized` was said by this tab before it was loaded again. */
  readonly begun: boolean;
  /** Of the session so far. */
  readonly onBegun: () => void;
  readonly onEnded: () => void;
}

/** One session of an AU, from `initialized` to `terminated` (cmi5 9.3). */
export class AuSession {
  readonly connection: Cmi5Connection;
  readonly #options: AuSessionOptions;
  readonly #statements: AuStatements;
  readonly #since: number;
  #outcome: AuOutcome | undefined;
  #last = 0;
  #ended = false;

  private constructor(options: AuSessionOptions) {
    this.#options = options;
    const { launch, data, clock } = options;
    this.#statements = createAuStatements(launch, data, withoutName(launch.actor));
    this.#since = clock.page();
    this.connection = this.#makeConnection();
  }

  /** Says `initialized`, which is before everything else. */
  static async begin(options: AuSessionOptions): Promise<AuSession> {
    const session = new AuSession(options);
    if (!options.begun) {
      session.#record([session.#defined(VERBS.initialized)]);
      options.onBegun();
    }
    if (session.#counts) await session.#takeUp();
    return session;
  }

  get #counts(): boolean {
    return this.#options.data.launchMode === 'Normal';
  }

  /** Says `terminated`, which is after everything else. Synchronous: a page that is left has no turns. */
  end(): void {
    if (this.#ended) return;
    this.#outcome?.end();
    this.#record([this.#defined(VERBS.terminated, { duration: formatDuration(this.#seconds) })]);
    this.#ended = true;
    this.#options.onEnded();
  }

  async #takeUp(): Promise<void> {
    const { queue, data, transport } = this.#options;
    const key: StateKey = { activityId: this.#options.launch.activityId, stateId: OUTCOME_STATE_ID };
    this.#outcome = new AuOutcome({
      masteryScore: data.masteryScore,
      // Not to know it may say something twice, which the LMS refuses: no reason to keep the learner from learning.
      kept: await queue.loadState(key).catch(() => undefined),
      say: (verb, result) => {
        const statement = this.#defined(verb, result);
        return { statement, receipt: this.#record([statement])[0]! };
      },
      progress: (percent) => void this.#record([this.#statements.allowed(VERBS.progressed, this.#now(), { extensions: { [EXTENSIONS.progress]: percent } })]),
      keep: (content) => void queue.saveState(key, content),
      isThere: async (id) => {
        await within(queue.delivery.flush(), PATIENCE, 'What waits is not there yet.').catch(() => undefined);
        return (await transport.findStatement(id).catch(() => undefined)) !== undefined;
      },
      seconds: () => this.#seconds,
    });
    void this.#outcome.settle().catch(() => undefined);
  }

  #makeConnection(): Cmi5Connection {
    const { launch, data, preferences, queue, outbox, clock, connecting } = this.#options;
    const members = queuedMembers(queue, outbox);
    /** An LMS may let an AU keep state under its own activity alone: what is kept of the course and its units goes there. */
    const keyOf = ({ activityId, stateId }: StateKey): StateKey => ({ activityId: launch.activityId, stateId: activityId === connecting.course.id ? stateId : `${stateId} ${activityId}` });
    const finish = async <T>(work: () => Promise<T>): Promise<T> => {
      this.end();
      await within(queue.delivery.flush(), PATIENCE, 'What waits goes later.').catch(() => undefined);
      return work();
    };
    return {
      plugin: 'cmi5',
      learner: launch.actor,
      registration: launch.registration,
      launchMode: data.launchMode,
      launchData: data,
      preferences,
      ...(data.returnURL === undefined ? {} : { returnUrl: data.returnURL }),
      contextTemplate: this.#statements.template,
      capabilities: { state: true, profiles: true, launch: false, report: this.#counts },
      clock,
      ...members,
      ...profileMembers(queue),
      loadState: (key) => members.loadState(keyOf(key)),
      saveState: (key, content: StateContent, saving) => (this.#counts ? members.saveState(keyOf(key), content, saving) : uncounted(keyOf(key).stateId)),
      record: (statements) => this.#recordUnits(statements),
      report: async (report) => {
        if (report.unitId === undefined && !this.#ended) await this.#outcome?.report(report);
      },
      get consent() {
        return queue.consent;
      },
      close: () => finish(members.close),
      signOut: (leaving) => finish(() => members.signOut(leaving)),
    };
  }

  /** Of units: cmi5-allowed statements, between the AU's own first and last (7.1.3). In Browse and Review there are none (10.2.2). */
  #recordUnits(statements: readonly Statement[]): Receipt[] {
    if (!this.#counts) return statements.map(({ id }) => uncounted(id));
    if (this.#ended) return statements.map(({ id }) => over(id));
    return this.#record(statements);
  }

  #record(statements: readonly Statement[]): Receipt[] {
    for (const { timestamp } of statements) this.#last = Math.max(this.#last, Date.parse(timestamp) || 0);
    return this.#options.queue.record(statements);
  }

  #defined(verb: Verb, result?: Result): Statement {
    return this.#statements.defined(verb, this.#now(), result);
  }

  /** In the order of what was said: units' statements may be stamped a little ahead of the clock. */
  #now(): number {
    return Math.max(this.#options.clock.now(), this.#last + 1);
  }

  get #seconds(): number {
    return Math.max(0, this.#options.clock.page() - this.#since) / 1000;
  }
}

const uncounted = (id: string): Receipt => createReceipt(id, 'stored').receipt;

function over(id: string): Receipt {
  const { receipt, advance } = createReceipt(id);
  advance('failed', new DeliveryError('closed', 'The session has ended, and the LMS takes nothing more of it.', { clause: 'cmi5 9.3.8' }));
  return receipt;
}

const withoutName = <T extends { readonly name?: string }>({ name: _name, ...rest }: T): Omit<T, 'name'> => rest;

/** The page's own moments, and one that the session makes: what it says when the page is left is said after the outbox has looked. */
export function lifecycleWith(page: PageLifecycle): PageLifecycle & { tell(moment: PageMoment): void } {
  const listeners = new Set<(moment: PageMoment) => void>();
  return {
    online: () => page.online(),
    subscribe(listener) {
      listeners.add(listener);
      const stop = page.subscribe(listener);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    tell(moment) {
      for (const listener of [...listeners]) listener(moment);
    },
  };
}
