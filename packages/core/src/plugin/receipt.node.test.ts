import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CoreError } from '../errors/core-error.js';
import { createReceipt, type ReceiptStatus } from './receipt.js';

const error = new CoreError('statement-invalid', 'refused');

describe('a receipt', () => {
  it('only moves forward, and late news does no harm', () => {
    const { receipt, advance } = createReceipt('id');
    const seen: ReceiptStatus[] = [];
    receipt.subscribe(({ status }) => seen.push(status));
    for (const status of ['journaled', 'pending', 'durable', 'journaled', 'durable', 'stored', 'durable', 'failed'] as const) advance(status);
    assert.deepEqual(seen, ['journaled', 'durable', 'stored']);
    assert.equal(receipt.status, 'stored');
  });

  it('stays failed', () => {
    const { receipt, advance } = createReceipt('id', 'journaled');
    advance('failed', error);
    advance('stored');
    assert.equal(receipt.status, 'failed');
    assert.equal(receipt.error, error);
  });

  it('tells what it is waiting for without moving, and forgets it when it moves', () => {
    const { receipt, advance } = createReceipt('id', 'durable');
    let news = 0;
    const leave = receipt.subscribe(() => news++);
    advance('durable', error);
    advance('durable', error);
    assert.equal(news, 1);
    assert.equal(receipt.error, error);
    leave();
    advance('stored');
    assert.equal(news, 1);
    assert.equal(receipt.error, undefined);
  });

  it('can be waited for', async () => {
    const { receipt, advance } = createReceipt('id', 'journaled');
    assert.equal(await receipt.reached('pending'), receipt);
    const durable = receipt.reached('durable');
    const stored = receipt.reached('stored');
    advance('stored');
    assert.deepEqual(await Promise.all([durable, stored]), [receipt, receipt]);
    const lost = createReceipt('id');
    const waiting = lost.receipt.reached('stored');
    lost.advance('failed', error);
    await assert.rejects(waiting, error);
    await assert.rejects(lost.receipt.reached('pending'), error);
  });
});

describe('an error', () => {
  it('is plain data for logs, without its cause', () => {
    const cause = new Error('inner');
    const full = new CoreError('course-invalid', 'bad', { file: 'f', field: 'a.b', clause: 'c', cause });
    assert.deepEqual(JSON.parse(JSON.stringify(full)), { name: 'CoreError', code: 'course-invalid', message: 'bad', file: 'f', field: 'a.b', clause: 'c' });
    assert.equal(full.cause, cause);
    assert.deepEqual(Object.keys(error.toJSON()), ['name', 'code', 'message']);
  });
});
