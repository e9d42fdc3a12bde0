/** What the receipts said, kept outside the page; and what of it the LRS holds in the end. */
import type { Statement } from '@lectern/core';

/** How safe a call was last known to be. `called`: no receipt has said anything yet. */
type Word = 'called' | 'journaled' | 'durable' | 'stored';
const RANK: Readonly<Record<string, number>> = { called: 0, journaled: 1, durable: 2, stored: 3 };

interface Call {
  readonly id: string;
  /** Its activity: which life of the page, and which call in it. */
  readonly key: string;
  word: Word;
  /** Refused by a faulty answer, kept, and sent again by hand: its place in the order is not promised. */
  setAside: boolean;
  /** What had not been said when its page or its browser died. */
  caught?: 'without a receipt' | 'journaled, browser killed';
}

export type Death = 'tab' | 'renderer' | 'browser';

export interface Verdict {
  readonly calls: number;
  readonly stored: number;
  /** Calls that nobody outside heard of, because their page died first. */
  readonly unheard: number;
  /** Promised, and not there. */
  readonly lostDurable: number;
  readonly lostJournaled: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly setAside: number;
  /** No receipt had said anything when the page died; and how many of them arrived all the same. */
  readonly withoutReceipt: number;
  readonly withoutReceiptArrived: number;
  /** Journaled and not yet durable when the browser was killed; and how many of them arrived all the same. */
  readonly onlyJournaled: number;
  readonly onlyJournaledArrived: number;
  /** For a person to look into. */
  readonly details: readonly string[];
}

/** Of one learner. */
export interface Ledger {
  readonly size: number;
  called(id: string, key: string): void;
  says(id: string, status: string): void;
  /** Everything that was said before has been heard. */
  died(how: Death): void;
  verdict(found: readonly Statement[]): Verdict;
}

const orderOf = (key: string): readonly [number, number] => {
  const [life, call] = key.split('/').slice(-2).map(Number);
  return [life!, call!];
};

export function createLedger(): Ledger {
  const calls = new Map<string, Call>();

  function catchUndecided(call: Call, how: Death): void {
    if (call.word === 'called') call.caught ??= 'without a receipt';
    else if (call.word === 'journaled' && how === 'browser') {
      // The journal survives its page, not its browser: nothing was promised for this.
      call.caught ??= 'journaled, browser killed';
      call.word = 'called';
    }
  }

  return {
    get size() {
      return calls.size;
    },
    called: (id, key) => void (calls.has(id) || calls.set(id, { id, key, word: 'called', setAside: false })),
    says(id, status) {
      const call = calls.get(id);
      if (!call) return;
      if (status.startsWith('failed')) call.setAside = true;
      const word = status.startsWith('failed') ? 'durable' : (status as Word);
      // `pending` promises nothing.
      if ((RANK[word] ?? 0) > RANK[call.word]!) call.word = word;
    },
    died(how) {
      for (const call of calls.values()) catchUndecided(call, how);
    },
    verdict(found) {
      const arrived = new Set(found.map(({ id }) => id));
      const keys = found.map(({ object }) => (object as { id: string }).id);
      const lost = (word: Word): Call[] => [...calls.values()].filter((call) => call.word === word && !arrived.has(call.id));
      const lostDurable = [...lost('durable'), ...lost('stored')];
      const lostJournaled = lost('journaled');
      const caught = (why: Call['caught']): Call[] => [...calls.values()].filter((call) => call.caught === why);
      const inOrder = found.filter(({ id }) => !calls.get(id)?.setAside);
      const displaced = outOfOrder(inOrder.map(({ object }) => (object as { id: string }).id));
      const there = (list: readonly Call[]): number => list.filter(({ id }) => arrived.has(id)).length;
      const withoutReceipt = caught('without a receipt');
      const onlyJournaled = caught('journaled, browser killed');
      return {
        calls: calls.size,
        stored: found.length,
        unheard: found.filter(({ id }) => !calls.has(id)).length,
        lostDurable: lostDurable.length,
        lostJournaled: lostJournaled.length,
        duplicated: keys.length - new Set(keys).size,
        reordered: displaced.length,
        setAside: [...calls.values()].filter(({ setAside }) => setAside).length,
        withoutReceipt: withoutReceipt.length,
        withoutReceiptArrived: there(withoutReceipt),
        onlyJournaled: onlyJournaled.length,
        onlyJournaledArrived: there(onlyJournaled),
        details: [
          ...[...lostDurable, ...lostJournaled].map(({ id, key, word }) => `lost: ${key} ${word} ${id}`),
          ...displaced.map((key) => `out of order: ${key}`),
        ],
      };
    },
  };
}

/** The fewest that would have to move: what is not in the longest rising sequence. */
export function outOfOrder(keys: readonly string[]): string[] {
  const value = keys.map((key) => orderOf(key)[0] * 1_000_000 + orderOf(key)[1]);
  /** Index of the smallest end of a rising sequence of each length. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [index, here] of value.entries()) {
    let length = ends.findIndex((end) => value[end]! >= here);
    if (length < 0) length = ends.length;
    before[index] = ends[length - 1];
    ends[length] = index;
  }
  const kept = new Set<number>();
  for (let index = ends.at(-1); index !== undefined; index = before[index]) kept.add(index);
  return keys.filter((_, index) => !kept.has(index));
}
