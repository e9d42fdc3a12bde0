import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createJournal, type Journal, type JournalStorage } from './journal.js';
import type { OutboxRecord } from './record.js';

class MapStorage extends Map<string, string> implements JournalStorage {
  writes = 0;
  get length(): number {
    return this.size;
  }
  key(index: number): string | null {
    return [...this.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.writes++;
    this.set(key, value);
  }
  removeItem(key: string): void {
    this.delete(key);
  }
}

const record = (order: number, id = `id-${order}`, body = `{"n":${order},"text":"\\"}"}`): OutboxRecord =>
  ({ v: 1, queue: 'https://lrs.example/xapi r.1', order, id, kind: 'statement', body });
const open = (storage: JournalStorage | undefined, queue = record(1).queue, maxUnits = 10_000): Journal => createJournal({ queue, storage, maxUnits });
const idsIn = (journal: Journal): string[] => journal.read().entries.map(({ record: { id } }) => id);

describe('createJournal', () => {
  it('gives back what it took, in order and to the letter', () => {
    const storage = new MapStorage();
    const journal = open(storage);
    for (const order of [10, 9, 100]) assert.ok(journal.write(record(order), journal.keyOf(record(order))));
    assert.deepEqual(open(storage).read().entries.map((entry) => entry.record), [record(9), record(10), record(100)]);
    assert.ok([...storage.keys()].every((key) => /^lectern\.journal\.v1\.[^.]+\.\d+\.id-\d+$/.test(key)));
    assert.ok([...storage.values()].every((text) => (JSON.parse(text) as { v: number }).v === 1));
  });

  it('keeps queues apart, even where one name begins another', () => {
    const storage = new MapStorage();
    const [a, b] = [open(storage, 'q'), open(storage, 'q.1')];
    b.write(record(1), b.keyOf(record(1)));
    assert.deepEqual(idsIn(a), []);
    assert.deepEqual(idsIn(b), ['id-1']);
  });

  it('does not take away what has taken the place of a record', () => {
    const journal = open(new MapStorage());
    const place = journal.keyOf(record(1));
    journal.write(record(1), place);
    journal.write(record(2), place);
    journal.removeIf(place, record(1));
    assert.deepEqual(idsIn(journal), ['id-2']);
    journal.removeIf(place, record(2));
    assert.deepEqual(idsIn(journal), []);
  });

  it('stays below its cap, and takes again what was freed', () => {
    const journal = open(new MapStorage(), 'q', 400);
    const written = [1, 2, 3, 4].map((order) => journal.write(record(order), journal.keyOf(record(order))));
    assert.deepEqual(written.slice(-1), [false]);
    const fits = written.filter(Boolean).length;
    journal.remove(journal.keyOf(record(1)));
    assert.ok(journal.write(record(9), journal.keyOf(record(9))));
    assert.equal(idsIn(journal).length, fits);
  });

  it('allocates upwards across pages and clocks, without writing each time', () => {
    const storage = new MapStorage();
    const first = open(storage);
    const seen = [first.allocate(3, 1_000), first.allocate(1, 1_000), first.allocate(1, 500)];
    assert.deepEqual(seen.map((order, index) => order > (seen[index - 1] ?? 0)), [true, true, true]);
    assert.ok((seen[1] as number) >= (seen[0] as number) + 3);
    assert.equal(storage.writes, 1);
    const second = open(storage);
    const next = second.allocate(1, 10);
    assert.ok(next > (seen[2] as number));
    assert.ok(first.allocate(1, 1_000) > next, 'a page that lives on comes after the one that was last');
  });

  it('lives without storage', () => {
    const journal = open(undefined);
    assert.equal(journal.write(record(1), journal.keyOf(record(1))), false);
    assert.deepEqual(journal.read(), { entries: [], unreadable: [] });
    assert.ok(journal.allocate(1, 5) < journal.allocate(1, 5));
  });
});
