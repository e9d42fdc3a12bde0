/** Runs in the page: records without end, and tells the driver what each receipt says, until something kills it. */
import { VERBS, type Receipt } from '@lectern/core';
import { xapiPlugin, type XapiConnection } from '@lectern/lms';
import { actor, course, statement } from './statements.js';

/** What the driver gives the page before it loads. */
interface Orders {
  readonly endpoint: string;
  readonly authorization: string;
  readonly registration: string;
  /** Which life of the learner's page this is. */
  readonly life: number;
  /** Statements to record; 0 for a visit that only delivers. */
  readonly count: number;
  /** Milliseconds between two bursts, at most. */
  readonly pace: number;
}

/** By id: the activity of a call, or what its receipt says. */
type Entries = readonly (readonly [id: string, word: string])[];

declare const orders: Orders;
/** Synchronous as far as the browser process: what was told before a kill is heard after it. */
declare function tell(what: string, entries: Entries): void;

const pause = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));

/** The proxy must know a request that outlives its page from others; the LRS never sees the mark. */
const marked: typeof fetch = (input, init) => {
  const url = new URL(String(input));
  if (init?.keepalive) url.searchParams.set('keepalive', '1');
  return fetch(url, init);
};

/** One task's news of receipts goes out together. */
function followReceipts(): (receipt: Receipt) => void {
  let news = new Map<string, string>();
  return (receipt) => {
    receipt.subscribe(({ id, status }) => {
      if (news.size === 0) queueMicrotask(() => {
        const entries = [...news];
        news = new Map();
        tell('receipt', entries);
      });
      news.set(id, status);
    });
  };
}

interface Recorder {
  /** Ids. */
  readonly own: ReadonlySet<string>;
  /** @param last with the verb that ends the session, as the page is left */
  record(count: number, last?: boolean): void;
}

/** A page that is being left is no longer heard: the next one tells for it, if the browser lives to open one. */
const LAST_WORDS = 'bench.last-words';

function tellLastWords(): void {
  const [called, receipts] = JSON.parse(localStorage.getItem(LAST_WORDS) ?? '[[],[]]') as [Entries, Entries];
  tell('called', called);
  tell('receipt', receipts);
  localStorage.removeItem(LAST_WORDS);
}

function createRecorder(connection: XapiConnection): Recorder {
  const follow = followReceipts();
  const own = new Set<string>();
  return {
    own,
    record(count, last = false) {
      const context = { registration: orders.registration };
      const statements = Array.from({ length: count }, (_, index) => statement(`${orders.life}/${own.size + index}`, { context, ...(last ? { verb: VERBS.terminated } : {}) }));
      for (const { id } of statements) own.add(id);
      const called: Entries = statements.map(({ id, object }) => [id, (object as { id: string }).id]);
      tell('called', called);
      const receipts = connection.record(statements);
      const said: Entries = receipts.map(({ id, status }) => [id, status]);
      tell('receipt', said);
      if (last) localStorage.setItem(LAST_WORDS, JSON.stringify([called, said]));
      for (const receipt of receipts) follow(receipt);
    },
  };
}

/** What lies in IndexedDB, or was set aside, is durable, whichever page recorded it. */
async function tellWhatIsKept({ outbox }: XapiConnection, own: ReadonlySet<string>): Promise<void> {
  tell('receipt', (await outbox.waiting()).filter(({ id }) => !own.has(id)).map(({ id }) => [id, 'durable']));
  tell('receipt', (await outbox.failed()).map(({ id, reason }) => [id, `failed: ${reason.code} ${reason.status ?? ''}`]));
}

async function live(): Promise<void> {
  tellLastWords();
  const { endpoint, authorization, registration, count, pace } = orders;
  const plugin = xapiPlugin({ endpoint, getToken: () => Promise.resolve(authorization), actor, registration, timeout: 700, fetch: marked });
  const connection = await plugin.connect({ course });
  const recorder = createRecorder(connection);
  Object.assign(globalThis, {
    /** Sends all that waits and all that was set aside. @returns how many are left */
    async deliverAll(): Promise<number> {
      await connection.outbox.retry();
      await connection.delivery.flush();
      await tellWhatIsKept(connection, recorder.own);
      const { waiting, failed } = connection.delivery.getState();
      return waiting + failed;
    },
  });
  // The last call of a session comes when its page is hidden already.
  addEventListener('pagehide', () => count > 0 && recorder.record(1, true));
  void pause(60).then(() => tellWhatIsKept(connection, recorder.own));
  while (recorder.own.size < count) {
    recorder.record(Math.min(count - recorder.own.size, 1 + Math.floor(Math.random() * 6)));
    if (Math.random() < 0.8) await pause(Math.random() * pace);
  }
}

void live();
