import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createReceipt, type Course, type LmsConnection, type LmsPlugin } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { defineLmsPlugin } from './define.js';

const course: Course = { id: 'https://x.example/c', title: 'C', format: 'course', children: [] };
const state = { waiting: 0, unsafe: 0, stored: 0, failed: 0 };

function aConnection(more: Partial<Record<keyof LmsConnection, unknown>> = {}): LmsConnection {
  return {
    plugin: 'campus',
    learner: { account: { homePage: 'https://x.example', name: 'n' } },
    registration: 'r',
    launchMode: 'Normal',
    capabilities: { state: false, launch: false, report: false },
    delivery: { getState: () => state, subscribe: () => () => undefined, flush: () => Promise.resolve() },
    loadState: () => Promise.resolve(undefined),
    saveState: () => createReceipt('s').receipt,
    record: (statements: readonly { id: string }[]) => statements.map(({ id }) => createReceipt(id).receipt),
    report: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...more,
  } as LmsConnection;
}

const aPlugin = (more: Partial<Record<keyof LmsPlugin, unknown>> = {}): LmsPlugin =>
  ({ name: 'campus', detect: () => true, connect: () => Promise.resolve(aConnection()), ...more }) as LmsPlugin;

const invalid = (field: string) => (error: unknown): boolean =>
  error instanceof DeliveryError && error.code === 'plugin-invalid' && error.field === field;

describe('defineLmsPlugin', () => {
  it('freezes a sound plugin', async () => {
    const plugin = defineLmsPlugin(aPlugin());
    assert.ok(Object.isFrozen(plugin));
    assert.equal(plugin.name, 'campus');
    assert.equal((await plugin.connect({ course })).registration, 'r');
  });

  it('names what is missing', () => {
    assert.throws(() => defineLmsPlugin(null as never), invalid('plugin'));
    for (const [field, value] of [['name', ' '], ['name', 1], ['detect', true], ['connect', undefined]] as const) {
      assert.throws(() => defineLmsPlugin(aPlugin({ [field]: value })), invalid(field));
    }
  });

  it('takes a detect that throws for "not at home"', async () => {
    const throwing = (): never => {
      throw new Error('no API');
    };
    assert.equal(await defineLmsPlugin(aPlugin({ detect: throwing })).detect(), false);
    assert.equal(await defineLmsPlugin(aPlugin({ detect: () => Promise.reject(new Error('no')) })).detect(), false);
  });

  it('checks the connections it makes', async () => {
    const wrong: readonly (readonly [Partial<Record<keyof LmsConnection, unknown>>, string])[] = [
      [{ record: undefined }, 'record'],
      [{ learner: undefined }, 'learner'],
      [{ registration: '' }, 'registration'],
      [{ launchMode: 'normal' }, 'launchMode'],
      [{ capabilities: undefined }, 'capabilities'],
      [{ delivery: { getState: () => state } }, 'delivery'],
      [{ capabilities: { state: true, launch: true, report: false } }, 'launch'],
      [{ capabilities: { state: true, launch: false, report: false, profiles: true } }, 'loadProfile'],
      [{ capabilities: { state: true, launch: false, report: false, profiles: true }, loadProfile: () => Promise.resolve(undefined) }, 'saveProfile'],
      [{ conflicts: {} }, 'conflicts'],
      [{ clock: { now: () => 0 } }, 'clock'],
    ];
    for (const [more, field] of wrong) {
      const plugin = defineLmsPlugin(aPlugin({ connect: () => Promise.resolve(aConnection(more)) }));
      await assert.rejects(plugin.connect({ course }), invalid(field));
    }
    await assert.rejects(defineLmsPlugin(aPlugin({ connect: () => Promise.resolve(undefined) })).connect({ course }), invalid('connect'));
  });
});
