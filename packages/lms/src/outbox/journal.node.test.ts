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
const idsIn = (storage: JournalStorage, queue?: string): string[] => open(storage, queue).read().flatMap(({ records }) => records.map(({ id }) => id));

describe('createJournal', () => {
  it('gives back what it took, to the letter', () => {
    const storage = new MapStorage();
    const journal = open(storage);
    for (const order of [10, 9, 100]) assert.ok(journal.write([record(order)]));
    assert.deepEqual(open(storage).read().flatMap(({ records }) => records), [record(10), record(9), record(100)]);
    assert.deepEqual(journal.read(), [], 'its own are not left behind');
    assert.ok([...storage.keys()].every((key) => /^lectern\.journal\.v1\.[^.]+\.\d+\.id-\d+$/.test(key)));
    assert.ok([...storage.values()].every((text) => (JSON.parse(text) as { v: number }).v === 1));
  });

  it('keeps queues apart, even where one name begins another', () => {
    const storage = new MapStorage();
    const [a, b] = [open(storage, 'q'), open(storage, 'q.1')];
    b.write([record(1)]);
    assert.deepEqual(a.read(), []);
    assert.deepEqual(idsIn(storage, 'q'), []);
    assert.deepEqual(idsIn(storage, 'q.1'), ['id-1']);
  });

  it('does not take away what has taken the place of a record', () => {
    const storage = new MapStorage();
    const journal = open(storage);
    journal.write([record(1)]);
    journal.write([record(2)], record(1));
    journal.remove(record(1));
    open(storage).remove(record(1));
    assert.deepEqual(idsIn(storage), ['id-2']);
    assert.equal(storage.size, 1);
    journal.remove(record(2));
    assert.equal(storage.size, 0);
  });

  it('lets what could not be overwritten go with what should have taken its place', () => {
    const storage = new MapStorage();
    const journal = open(storage, record(1).queue, 200);
    assert.ok(journal.write([record(1)]));
    assert.equal(journal.write([record(2, 'id-2', `{"text":"${'x'.repeat(300)}"}`)], record(1)), false);
    journal.remove(record(1));
    assert.deepEqual(idsIn(storage), ['id-1'], 'the older save is better than none');
    journal.remove(record(2));
    assert.equal(storage.size, 0);
  });

  it('keeps the entry of a burst until the last of it is safe', () => {
    const storage = new MapStorage();
    const journal = open(storage);
    journal.write([record(1), record(2), record(3)]);
    assert.equal(storage.writes, 1);
    for (const order of [2, 1, 1]) journal.remove(record(order));
    assert.deepEqual(idsIn(storage), ['id-1', 'id-2', 'id-3']);
    open(storage).remove(record(1));
    assert.equal(storage.size, 1, 'another page takes nothing out that it does not know to be safe');
    journal.remove(record(3));
    assert.equal(storage.size, 0);
  });

  it('takes one out of a burst at once where it must not come back', () => {
    const storage = new MapStorage();
    const journal = open(storage);
    journal.write([record(1), record(2), record(3)]);
    journal.erase(record(2));
    assert.deepEqual(idsIn(storage), ['id-1', 'id-3']);
    journal.erase(record(1));
    journal.erase(record(3));
    assert.equal(storage.size, 0);
  });

  it('clears what a dead page left, not what a living one has written since', () => {
    const storage = new MapStorage();
    const page = open(storage);
    page.write([record(1)]);
    page.write([record(5), record(6)]);
    const heir = open(storage);
    const [single, burst] = heir.read();
    page.write([record(2)], record(1));
    heir.clear(single!);
    heir.clear(burst!);
    assert.deepEqual(idsIn(storage), ['id-2']);
  });

  it('takes over a burst that it cannot make safe, and takes it out when it has arrived', () => {
    const storage = new MapStorage();
    open(storage).write([record(1), record(2)]);
    const heir = open(storage);
    const [entry] = heir.read();
    heir.adopt(entry!);
    assert.deepEqual(heir.read(), []);
    heir.remove(record(1));
    assert.equal(storage.size, 1);
    heir.remove(record(2));
    assert.equal(storage.size, 0);
  });

  it('reads what it can of an entry, and hands over the whole of what it cannot', () => {
    const storage = new MapStorage();
    open(storage).write([record(1), record(2)]);
    const [key] = [...storage.keys()];
    storage.set(key!, `${storage.get(key!)}\n{"v":1,"kind":"statement"`);
    const [entry] = open(storage).read();
    assert.deepEqual(entry!.records, [record(1), record(2)]);
    assert.equal(entry!.unreadable?.body, storage.get(key!));
  });

  it('stays below its cap, and takes again what was freed', () => {
    const storage = new MapStorage();
    const journal = open(storage, 'q', 400);
    const written = [1, 2, 3, 4].map((order) => journal.write([record(order)]));
    assert.deepEqual(written.slice(-1), [false]);
    const fits = written.filter(Boolean).length;
    journal.remove(record(1));
    assert.ok(journal.write([record(9)]));
    assert.equal(idsIn(storage, 'q').length, fits);
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

  it('keeps to the clock while it goes forward, so that the order holds when storage has lost its last seconds', () => {
    const storage = new MapStorage();
    const tabs = [open(storage), open(storage)] as const;
    // Tabs that take turns, and pages opened after them, one after the other.
    const orders = [1_000, 1_001, 1_002, 1_003].map((now, turn) => tabs[turn % 2]!.allocate(1, now));
    for (let now = 1_100; now < 2_000; now += 100) orders.push(open(storage).allocate(1, now));
    // A killed browser forgets what it had not written to the disk yet.
    storage.clear();
    orders.push(open(storage).allocate(1, 2_001));
    assert.deepEqual(orders, [...orders].sort((a, b) => a - b));
  });

  it('lives without storage', () => {
    const journal = open(undefined);
    assert.equal(journal.write([record(1)]), false);
    assert.deepEqual(journal.read(), []);
    assert.ok(journal.allocate(1, 5) < journal.allocate(1, 5));
  });
});
