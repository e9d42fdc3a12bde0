import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { joinLaunches } from './journal.js';

/** Node's, which end with the test. */
const channels: BroadcastChannel[] = [];
class Channel extends BroadcastChannel {
  constructor(name: string) {
    super(name);
    channels.push(this);
  }
}
after(() => channels.forEach((channel) => channel.close()));

const denied = { query: () => Promise.reject(new Error('SecurityError')) } as unknown as LockManager;

describe('the launches of an attempt where frames get no locks', () => {
  for (const [name, navigator] of [['no Web Locks', {}], ['Web Locks that are denied', { locks: denied }]] as const) {
    it(`know of each other by asking: ${name}`, async () => {
      const view = { navigator, BroadcastChannel: Channel };
      assert.deepEqual(await joinLaunches(view, name, 'one', true), new Set());
      assert.deepEqual(await joinLaunches(view, name, 'two', true), new Set(['one']));
      assert.deepEqual(await joinLaunches(view, name, 'three', true), new Set(['one', 'two']));
      assert.deepEqual(await joinLaunches(view, `${name}, another attempt`, 'four', true), new Set());
    });
  }

  it('nobody is known to be there where nobody can be asked', async () => {
    assert.deepEqual(await joinLaunches({ navigator: {} }, 'a', 'one', true), new Set());
  });
});
