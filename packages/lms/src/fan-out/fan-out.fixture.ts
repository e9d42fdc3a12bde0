import { createReceipt, newUuid, type Consent, type Course, type DeliveryState, type LmsConnection, type LmsPlugin, type Receipt, type Statement } from '@lectern/core';
import { FakePage, HastyTimers } from '../outbox/bench.fixture.js';
import { createOutbox, type Outbox } from '../outbox/outbox.js';
import { ACTOR, type StubLrs } from '../stub-lrs.fixture.js';
import { xapiPlugin } from '../xapi/plugin.js';
import type { FanOutConnection } from './connection.js';
import { fanOutPlugin } from './plugin.js';
import type { FanOutTarget, LrsTarget } from './target.js';

export const course: Course = { id: 'https://campus.example/course', title: 'Course', format: 'course', children: [] };

const nothing: DeliveryState = { waiting: 0, unsafe: 0, stored: 0, failed: 0 };

/** One page with its own outbox over storage that visits share. */
export interface Visit {
  readonly connection: FanOutConnection;
  readonly outbox: Outbox;
  readonly page: FakePage;
  /** As when the browser kills the page. */
  kill(): void;
}

export interface VisitOptions {
  readonly university: StubLrs;
  readonly database: string;
  readonly registration: string;
  readonly others: readonly FanOutTarget[];
  /** Milliseconds that any timer waits at most. */
  readonly patience?: number;
  readonly consent?: Consent;
}

/** Opens the page; the university's LRS is the primary. */
export async function visit({ university, database, registration, others, patience = 10_000, consent }: VisitOptions): Promise<Visit> {
  const death = new AbortController();
  const page = new FakePage();
  const outbox = createOutbox({ database, page, timers: new HastyTimers(patience), signal: death.signal, limits: { linger: 0 } });
  const getToken = (): Promise<string> => Promise.resolve('Bearer university');
  const primary = xapiPlugin({ endpoint: 'https://lrs.university.example/xapi/', getToken, actor: ACTOR, registration, fetch: university.fetch, timeout: 100, outbox });
  const connection = await fanOutPlugin({ primary, others, outbox }).connect({ course, consent });
  return { connection, outbox, page, kill: () => death.abort() };
}

/** The nation's LRS as a target. */
export function theNation(lrs: StubLrs, more: Partial<LrsTarget> = {}): LrsTarget {
  return { name: 'nation', endpoint: 'https://lrs.nation.example/xapi/', getToken: () => Promise.resolve('Bearer nation'), fetch: lrs.fetch, timeout: 100, ...more };
}

/** A plugin that keeps what it is given in memory, by id. */
export class MemoryPlugin implements LmsPlugin {
  readonly name = 'memory';
  readonly kept = new Map<string, Statement>();
  connects = 0;
  closes = 0;
  registration: string;
  /** Runs before a connection is made. */
  before: () => void | Promise<void> = () => undefined;
  /** What becomes of a statement. */
  receive: (statement: Statement) => Receipt = (statement) => {
    this.kept.set(statement.id, statement);
    return createReceipt(statement.id, 'stored').receipt;
  };
  close: () => Promise<void> = () => Promise.resolve();

  constructor(registration: string = newUuid()) {
    this.registration = registration;
  }

  detect(): boolean {
    return true;
  }

  async connect(): Promise<LmsConnection> {
    this.connects++;
    await this.before();
    return {
      plugin: this.name,
      learner: ACTOR,
      registration: this.registration,
      launchMode: 'Normal',
      capabilities: { state: false, launch: false, report: false },
      delivery: { getState: () => nothing, subscribe: () => () => undefined, flush: () => Promise.resolve() },
      loadState: () => Promise.resolve(undefined),
      saveState: ({ stateId }) => createReceipt(stateId).receipt,
      record: (statements) => statements.map((statement) => this.receive(statement)),
      report: () => Promise.resolve(),
      close: () => {
        this.closes++;
        return this.close();
      },
    };
  }
}
