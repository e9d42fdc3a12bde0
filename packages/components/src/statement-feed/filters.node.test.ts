import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VERBS } from '@lectern/core';
import { FeedEntry } from './feed-entry.js';
import { matches, NO_FILTERS, readCriteria, type FilterValues } from './filters.js';
import { divide, toQuery } from './lrs-query.js';
import { Seen } from './seen.js';
import { hostileStatements, sampleStatement, stored } from './statement-feed.fixture.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const entries = Array.from({ length: 24 }, (_, n) => Object.assign(new FeedEntry(String(n), n, stored(sampleStatement(n, NOW))), { inStore: true }));
const seen = new Seen();
seen.add(entries);

const criteria = (values: Partial<FilterValues>, related = false, known = seen) => readCriteria({ ...NO_FILTERS, ...values }, related, known);
const found = (values: Partial<FilterValues>, related = false) => entries.filter((entry) => matches(entry, criteria(values, related)));
const query = (values: Partial<FilterValues>, related = false) => Object.fromEntries(toQuery(criteria(values, related), { limit: 50, ascending: false }));

describe('filters', () => {
  it('ask for nothing when they are empty', () => {
    assert.equal(found({}).length, 24);
    assert.deepEqual(query({}), { limit: '50' });
  });

  it('ask the store for one verb, by IRI or by the name the standards give it', () => {
    for (const verb of [VERBS.completed.id, 'completed']) {
      assert.deepEqual(query({ verb }), { limit: '50', verb: VERBS.completed.id });
      assert.ok(found({ verb }).length > 0 && found({ verb }).every(({ facts }) => facts.verb.id === VERBS.completed.id));
    }
  });

  it('look for a part of a word here, and say so', () => {
    assert.deepEqual(query({ verb: 'comple', learner: 'Li', activity: 'lathe' }), { limit: '50' });
    assert.deepEqual(divide(criteria({ verb: 'comple', receipt: 'stored', since: '2026-11-25T00:00:00Z' })), { atStore: ['since'], here: ['verb', 'receipt'] });
    assert.ok(found({ learner: 'LI' }).every(({ facts }) => facts.learner.name === 'lin'));
    assert.equal(found({ activity: '车床：从冷机' }).length, 6);
  });

  it('know a learner who has been seen, and one who is given as an agent', () => {
    const agent = { objectType: 'Agent', account: { homePage: 'https://campus.example', name: 'lin' } };
    assert.deepEqual(JSON.parse(query({ learner: 'lin' })['agent']!), agent);
    assert.deepEqual(JSON.parse(query({ learner: JSON.stringify({ name: 'Lin', ...agent }) })['agent']!), agent);
    assert.equal(found({ learner: JSON.stringify(agent) }).length, 8);
    assert.deepEqual(query({ learner: 'lin' }), { ...query({ learner: 'https://campus.example lin' }) });
  });

  it('find an activity also by the context, where that is wanted', () => {
    const activity = 'https://campus.example/courses/lathe';
    assert.equal(found({ activity }).length, 0);
    assert.equal(found({ activity }, true).length, 24);
    assert.equal(query({ activity }, true)['related_activities'], 'true');
    assert.equal(query({ activity: 'Set-up guide' })['activity'], `${activity}/guide`);
  });

  it('take the ends of the time as a store does: after, and at or before', () => {
    const at = (n: number): string => entries[n]!.facts.stored!.text;
    assert.equal(found({ since: at(5) }).length, 5);
    assert.equal(found({ until: at(5) }).length, 19);
    assert.equal(query({ since: '2026-11-25T13:00:00+08:00' })['since'], '2026-11-25T05:00:00.000Z');
  });

  it('name what they do not understand, and do not apply it', () => {
    const broken = criteria({ since: 'yesterday', registration: '7', learner: '{"name":1', receipt: 'lost' as never });
    assert.deepEqual(broken.faults, ['learner', 'registration', 'since', 'receipt']);
    assert.ok(entries.every((entry) => matches(entry, broken)));
  });

  it('hold anything against everything', () => {
    const hostile = hostileStatements().map((value, n) => new FeedEntry(String(n), n, value));
    const all = new Seen();
    all.add(hostile);
    for (const values of [{ verb: 'x' }, { learner: 'x' }, { activity: 'x' }, { activity: 'https://x.example/' }, { since: '2026-01-01T00:00:00Z' }, { registration: '00000000-0000-4000-8000-000000000000' }]) {
      for (const entry of hostile) matches(entry, criteria(values, true, all));
    }
  });
});
