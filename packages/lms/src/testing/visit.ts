import { newUuid, type Course, type LmsConnection, type Receipt, type Statement } from '@lectern/core';
import { within } from '../fan-out/within.js';
import { defineLmsPlugin } from '../plugin/define.js';
import type { PlaceFault, PlaceUnderTest } from './place.js';

/** The course that all tests open; its second unit is named as nobody would name one. */
export const COURSE: Course = {
  id: 'https://conformance.example/课程/1',
  title: { en: 'Conformance', 'zh-CN': '一致性' },
  format: 'course',
  children: [
    { type: 'unit', kind: 'video', id: 'film', title: 'Film', moveOn: 'Completed', sources: [{ src: 'a.mp4' }] },
    { type: 'unit', kind: 'video', id: '__proto__', title: '🎬', moveOn: 'Passed', sources: [{ src: 'b.mp4' }] },
  ],
};

/** What one test works with: connections that are closed afterwards, and waits that end. */
export interface Visits {
  readonly place: PlaceUnderTest;
  readonly patience: number;
  connect(): Promise<LmsConnection>;
  /** Connects, and gives the same to the first `connect()`: a visit is not opened only to be looked at. */
  peek(): Promise<LmsConnection>;
  /** Says what is wrong unless it is so. */
  check(holds: boolean, message: string): void;
  /** Waits until it is so. */
  until(holds: () => boolean | Promise<boolean>, message: string): Promise<void>;
  /** Lets the connection try until the receipts say `stored`. */
  stored(connection: LmsConnection, receipts: readonly Receipt[]): Promise<void>;
  /** A try, which need not succeed, and is not waited for for long. */
  attempt(connection: LmsConnection): Promise<void>;
  /** @throws where it cannot be told to */
  fail(fault: PlaceFault | undefined): void;
}

/** Milliseconds that are given to a try that may never end. */
const SHORT = 400;
const STEP = 25;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function createVisits(place: PlaceUnderTest, patience: number, wrong: (message: string) => Error): Visits & { end(): Promise<void> } {
  const open: LmsConnection[] = [];
  let spare: LmsConnection | undefined;

  async function visit(): Promise<LmsConnection> {
    const connection = await within(defineLmsPlugin(place.plugin()).connect({ course: COURSE }), patience, 'connect() does not end.');
    open.push(connection);
    return connection;
  }

  const check: Visits['check'] = (holds, message) => {
    if (!holds) throw wrong(message);
  };

  async function until(holds: () => boolean | Promise<boolean>, message: string): Promise<void> {
    const end = Date.now() + patience;
    while (!(await holds())) {
      if (Date.now() > end) throw wrong(message);
      await pause(STEP);
    }
  }

  async function attempt(connection: LmsConnection): Promise<void> {
    await within(Promise.resolve(connection.delivery.flush()), SHORT, '').catch(() => undefined);
  }

  return {
    place,
    patience,
    check,
    until,
    attempt,
    peek: async () => (spare ??= await visit()),
    async connect() {
      const connection = spare ?? (await visit());
      spare = undefined;
      return connection;
    },
    async stored(connection, receipts) {
      await until(async () => {
        if (receipts.every(({ status }) => status === 'stored' || status === 'failed')) return true;
        await attempt(connection);
        return receipts.every(({ status }) => status === 'stored' || status === 'failed');
      }, `receipts stay ${receipts.map(({ status }) => status).join(', ')}, though nothing is wrong.`);
      const failed = receipts.find(({ status }) => status === 'failed');
      check(!failed, `a receipt failed, though nothing is wrong: ${failed?.error?.code} ${failed?.error?.message}`);
    },
    fail(fault) {
      place.fail?.(fault);
    },
    async end() {
      place.fail?.(undefined);
      for (const connection of open) await within(Promise.resolve(connection.close()), patience, '').catch(() => undefined);
      await place.end?.();
    },
  };
}

/** A statement of its own about the course's first unit, as a session makes them. */
export function aStatement({ learner, registration, contextTemplate, clock }: LmsConnection, name = 'progressed'): Statement {
  const { name: _name, ...actor } = learner;
  return {
    id: newUuid(),
    actor,
    verb: { id: `http://adlnet.gov/expapi/verbs/${name}` },
    object: { objectType: 'Activity', id: `${COURSE.id}/film` },
    context: { ...contextTemplate, registration },
    timestamp: new Date(clock?.now() ?? Date.now()).toISOString(),
  };
}

export const someStatements = (connection: LmsConnection, count: number): Statement[] => Array.from({ length: count }, () => aStatement(connection));

export const idsOf = (records: readonly { readonly id: string }[]): string => records.map(({ id }) => id).join(' ');
