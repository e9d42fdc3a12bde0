/** Runs in the page: a burst of calls, and the page is left in the same breath; by Lectern, and by what others do. */
import type { Statement } from '@lectern/core';
import { xapiPlugin } from '@lectern/lms';
import xapiModule from '@xapi/xapi';
import { actor, course, statement } from './statements.js';

const AUTHORIZATION = 'Bearer bench';

/** Records one statement. Resolves when the LRS has it, which nobody waits for in a burst. */
type Recorder = (statement: Statement) => Promise<unknown>;

interface Trial {
  /** How statements are recorded. */
  readonly by: 'lectern' | '@xapi/xapi' | 'fetch' | 'fetch with keepalive';
  readonly endpoint: string;
  readonly registration: string;
  /** Names the trial in the ids of its statements. */
  readonly number: number;
}

/** Its place in the order of calls can be read from its id. */
const nth = (trial: number, index: number): Statement =>
  statement(`trial/${trial}`, { id: `${trial.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}` });

function byFetch(endpoint: string, keepalive: boolean): Recorder {
  const headers = { Authorization: AUTHORIZATION, 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3' };
  return (each) => fetch(`${endpoint}statements`, { method: 'POST', headers, body: JSON.stringify(each), keepalive });
}

async function connect({ endpoint, registration }: Trial) {
  return xapiPlugin({ endpoint, getToken: () => Promise.resolve(AUTHORIZATION), actor, registration }).connect({ course });
}

async function recorderOf(trial: Trial): Promise<Recorder> {
  const { by, endpoint } = trial;
  if (by === 'fetch') return byFetch(endpoint, false);
  if (by === 'fetch with keepalive') return byFetch(endpoint, true);
  if (by === '@xapi/xapi') {
    const client = new xapiModule.default({ endpoint, auth: AUTHORIZATION });
    return (each) => client.sendStatement({ statement: each as never });
  }
  const connection = await connect(trial);
  return (each) => connection.record([each])[0]!.reached('stored');
}

let recorder: { readonly trial: Trial; readonly record: Recorder } | undefined;

Object.assign(globalThis, {
  bench: {
    async prepare(trial: Trial): Promise<void> {
      recorder = { trial, record: await recorderOf(trial) };
      // A page that has been open for a moment: it has a connection, and the browser has asked the LRS whether it may call.
      await recorder.record(statement('opened'));
    },
    /** `navigate` and `close` follow the last call in the same task; `pagehide` makes it while the page is being left. */
    burst(count: number, then: 'stay' | 'navigate' | 'close' | 'pagehide'): void {
      const { trial } = recorder!;
      const record = (each: Statement): void => void recorder!.record(each).catch(() => undefined);
      const before = then === 'pagehide' ? count - 1 : count;
      for (let index = 0; index < before; index++) record(nth(trial.number, index));
      if (then === 'pagehide') addEventListener('pagehide', () => record(nth(trial.number, count - 1)));
      if (then === 'navigate' || then === 'pagehide') location.href = '/elsewhere';
      if (then === 'close') close();
    },
    /** The next visit. @returns how many still wait */
    async deliver(trial: Trial): Promise<number> {
      const connection = await connect(trial);
      await connection.delivery.flush();
      const { waiting, failed } = connection.delivery.getState();
      await connection.close();
      return waiting + failed;
    },
  },
});
