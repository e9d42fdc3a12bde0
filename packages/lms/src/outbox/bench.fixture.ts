import { newUuid } from '@lectern/core';
import { createHttp } from '../xapi/http.js';
import { createLrsClock } from '../xapi/lrs-clock.js';
import { createXapiTransport } from '../xapi/transport.js';
import { ACTOR, ENDPOINT, type StubLrs } from '../stub-lrs.fixture.js';
import type { OutboxOptions, PageLifecycle, PageMoment, Timers } from './environment.js';
import { createOutbox } from './outbox.js';
import type { OutboxQueue, QueueOptions } from './queue.js';

/** A page that a test leaves, and comes back to. */
export class FakePage implements PageLifecycle {
  isOnline = true;
  readonly #listeners = new Set<(moment: PageMoment) => void>();
  online(): boolean {
    return this.isOnline;
  }
  subscribe(listener: (moment: PageMoment) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  be(moment: PageMoment): void {
    for (const listener of [...this.#listeners]) listener(moment);
  }
}

/** Real timers that remember what they were asked for and wait no longer than `most` milliseconds. */
export class HastyTimers implements Timers {
  readonly delays: number[] = [];
  readonly #most: number;
  constructor(most = 5) {
    this.#most = most;
  }
  set(callback: () => void, delay: number): unknown {
    this.delays.push(delay);
    // A database that opens late on a busy machine is not the fault under test: its patience (5 s) stays as it is.
    return setTimeout(callback, delay === 5_000 ? delay : Math.min(delay, this.#most));
  }
  clear(timer: unknown): void {
    clearTimeout(timer as number | undefined);
  }
}

export interface Tab {
  readonly queue: OutboxQueue;
  readonly page: FakePage;
  /** As when the browser kills the page: nothing more is written, sent or heard. */
  kill(): void;
  close(): Promise<void>;
}

export interface TabOptions extends Omit<OutboxOptions, 'page' | 'signal'>, Pick<QueueOptions, 'consent' | 'redact' | 'identify'> {
  readonly lrs: StubLrs;
  readonly registration?: string;
  readonly queue?: string;
  /** Milliseconds until a request is given up. */
  readonly timeout?: number;
}

/** Opens the queue as a page would. */
export function openTab({ lrs, registration = newUuid(), queue = registration, timeout = 1_000, consent, redact, identify, ...options }: TabOptions): Tab {
  const page = new FakePage();
  const death = new AbortController();
  const http = createHttp({
    getToken: () => Promise.resolve('Bearer token'),
    timeout,
    ...(options.clock ? { clock: createLrsClock({ wall: options.clock }) } : {}),
    // A killed page neither sends nor hears; what it had sent may well arrive.
    fetch: async (...args) => {
      if (death.signal.aborted) return new Promise<never>(() => undefined);
      const response = await lrs.fetch(...args);
      return death.signal.aborted ? new Promise<never>(() => undefined) : response;
    },
  });
  const transport = createXapiTransport({ http, endpoint: ENDPOINT, actor: ACTOR, registration, version: '1.0.3' });
  const outbox = createOutbox({ page, signal: death.signal, ...options });
  return { queue: outbox.open({ queue, transport, consent, redact, identify }), page, kill: () => death.abort(), close: () => outbox.close() };
}

/** The entries of a queue in the journal, by their storage keys. */
export function entriesOf(queue: string): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(`lectern.journal.v1.${queue}.`));
}

/** The records of a queue in the journal, a line each. */
export function journalOf(queue: string): string[] {
  return entriesOf(queue).flatMap((key) => localStorage.getItem(key)!.split('\n'));
}

export function forget(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith('lectern.')) localStorage.removeItem(key);
}
