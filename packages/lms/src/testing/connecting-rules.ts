import { isObject } from '../outbox/record.js';
import type { Rule } from './conformance.js';

export const connectingRules: readonly Rule[] = [
  {
    area: 'connecting',
    name: 'detect() answers true or false where it is at home, and changes nothing',
    async run({ place, check }) {
      const plugin = place.plugin();
      check(typeof plugin.name === 'string' && plugin.name.trim() !== '', 'the plugin has no name.');
      for (let time = 0; time < 2; time++) check((await plugin.detect()) === true, 'detect() is not true where the plugin is at home.');
      check(plugin.explain === undefined || typeof plugin.explain() === 'string', 'explain() gives no words.');
    },
  },
  {
    area: 'connecting',
    name: 'a connection names the learner, the registration, the mode and what it can do',
    async run({ connect, check }) {
      const { learner, registration, launchMode, capabilities, delivery, plugin } = await connect();
      const identifiers = [learner.account, learner.mbox, learner.mbox_sha1sum, learner.openid].filter((id) => id !== undefined);
      check(identifiers.length === 1, 'the learner has not exactly one identifier (xAPI Data 2.4.2.1).');
      check(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(registration), `the registration is not a UUID: "${registration}".`);
      check(launchMode === 'Normal', 'the place is one where work counts, and the launch mode is not Normal.');
      check((['state', 'launch', 'report'] as const).every((name) => typeof capabilities[name] === 'boolean'), 'capabilities are not all told.');
      check(typeof plugin === 'string' && plugin !== '', 'the connection does not name its plugin.');
      const state = delivery.getState();
      check(isObject(state) && (['waiting', 'unsafe', 'stored', 'failed'] as const).every((name) => Number.isInteger(state[name]) && state[name] >= 0), 'delivery.getState() has no counts.');
    },
  },
  {
    area: 'connecting',
    name: 'the same learner has the same registration on the next visit',
    async run({ connect, check, stored }) {
      const first = await connect();
      // Some places know a registration only once something was kept in it.
      await stored(first, first.record([]));
      if (first.capabilities.state) await stored(first, [first.saveState({ activityId: 'https://conformance.example/x', stateId: 'x' }, { x: 1 })]);
      await first.close();
      const second = await connect();
      check(second.registration === first.registration, `the registration was ${first.registration}, and is ${second.registration}.`);
      check(JSON.stringify(second.learner) === JSON.stringify(first.learner), 'the learner is another one.');
    },
  },
];
