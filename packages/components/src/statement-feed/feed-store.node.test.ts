import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CoreError, createReceipt } from '@lectern/core';
import { FeedStore, MOST } from './feed-store.js';
import { sampleStatement, stored } from './statement-feed.fixture.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const nth = (n: number) => sampleStatement(n, NOW);
const keys = ({ entries }: FeedStore): string[] => entries.map(({ key }) => key);

describe('FeedStore', () => {
  it('holds each statement once, the latest first, whichever way it comes first', () => {
    let changes = 0;
    const store = new FeedStore(() => changes++);
    const { receipt, advance } = createReceipt('a', 'journaled');
    store.addLive(nth(1), receipt);
    assert.equal(store.addLive(nth(1), receipt), undefined);
    store.addStored([stored(nth(2)), stored(nth(0))]);
    store.addLive(nth(2), createReceipt('b', 'durable').receipt);
    assert.deepEqual(keys(store), [nth(0).id, nth(1).id, nth(2).id]);
    assert.deepEqual(store.entries.map(({ status }) => status), ['stored', 'journaled', 'stored']);
    const before = changes;
    advance('durable');
    assert.equal(changes, before + 1);
    assert.deepEqual(store.addStored([stored(nth(1))]), []);
    assert.equal(store.entries[1]!.facts.stored!.text, nth(1).timestamp);
  });

  it('knows an id in any case, and tells apart what has none', () => {
    const store = new FeedStore(() => undefined);
    store.addStored([{ ...nth(0), id: 'AB' }, { id: 'ab' }, {}, {}, null, 7]);
    assert.equal(store.size, 5);
  });

  it('does not believe a receipt what a receipt cannot say', () => {
    const store = new FeedStore(() => undefined);
    store.addLive(nth(0), { status: 'surely', subscribe: 7 } as never);
    store.addLive(nth(1), undefined);
    assert.deepEqual(store.entries.map(({ status }) => status), ['unknown', 'unknown']);
  });

  it('forgets what is stored, and keeps what waits or failed', () => {
    const store = new FeedStore(() => undefined);
    const failed = createReceipt('a');
    failed.advance('failed', new CoreError('statement-invalid', 'No.'));
    store.addLive(nth(0), failed.receipt);
    store.addLive(nth(1), createReceipt('b', 'pending').receipt);
    store.addLive(nth(2), createReceipt('c', 'stored').receipt);
    store.addStored([stored(nth(3))]);
    store.dropQuery();
    assert.deepEqual(keys(store), [nth(0).id, nth(1).id, nth(2).id]);
    store.dropStored();
    assert.deepEqual(keys(store), [nth(0).id, nth(1).id]);
  });

  it('is never longer than it may be, but for what is not stored', () => {
    const store = new FeedStore(() => undefined);
    store.addLive(nth(0), createReceipt('a', 'pending').receipt);
    store.addStored(Array.from({ length: MOST + 10 }, (_, n) => ({ id: `s${n}` })));
    assert.equal(store.size, MOST);
    assert.ok(keys(store).includes(nth(0).id));
  });

  it('hears nothing while it is away, and knows all when it is back', () => {
    let changes = 0;
    const store = new FeedStore(() => changes++);
    const { receipt, advance } = createReceipt('a', 'pending');
    store.addLive(nth(0), receipt);
    store.disconnect();
    const before = changes;
    advance('durable');
    assert.equal(changes, before);
    store.connect();
    assert.equal(store.entries[0]!.status, 'durable');
    advance('stored');
    assert.equal(changes, before + 2);
  });
});
