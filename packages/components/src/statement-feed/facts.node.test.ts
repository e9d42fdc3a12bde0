import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentFacts } from './agent-facts.js';
import { readFacts } from './facts.js';
import { snapshot } from './plain-value.js';
import { oneLine, visible } from './safe-text.js';
import { hostileStatements, sampleStatement, stored } from './statement-feed.fixture.js';

describe('readFacts', () => {
  it('reads what there is', () => {
    const facts = readFacts(stored(sampleStatement(0)))!;
    assert.equal(facts.learner.name, 'lin');
    assert.equal(facts.object.kind, 'activity');
    assert.equal(facts.stored!.time, facts.time);
  });

  it('reads anything, and throws at nothing', () => {
    for (const value of hostileStatements()) readFacts(value);
    for (const part of [undefined, null, 0, '', [], {}, true]) {
      for (const key of ['actor', 'verb', 'object', 'result', 'context', 'timestamp', 'stored', 'id']) readFacts({ ...sampleStatement(0), [key]: part });
    }
    assert.equal(readFacts('text'), undefined);
  });

  it('takes nothing that is inherited, and no time that is none', () => {
    const inherited = Object.create({ id: 'x', verb: { id: 'https://x.example/v' } }) as unknown;
    assert.equal(readFacts(inherited)!.verb.id, '');
    for (const timestamp of ['yesterday', '2026-13-01T00:00:00Z', '9999999-99-99T99:99:99Z', 'x'.repeat(1e6)]) assert.equal(readFacts({ timestamp })!.time, undefined);
  });

  it('knows agents by each of their identifiers, and groups by their members', () => {
    assert.equal(agentFacts({ mbox: 'mailto:a@b.example' }).name, 'a@b.example');
    assert.equal(agentFacts({ openid: 'https://a.example/' }).key, 'https://a.example/');
    assert.equal(agentFacts({ mbox_sha1sum: 'AB' }).key, 'sha1:ab');
    const group = agentFacts({ objectType: 'Group', member: [{ mbox: 'mailto:a@b.example' }, { name: 'Bo' }] });
    assert.equal(group.name, 'a@b.example, Bo');
    assert.deepEqual([group.identifier, group.members[0]], [undefined, 'mailto:a@b.example']);
  });
});

describe('snapshot', () => {
  it('takes what has JSON apart from who made it, and leaves what has none', () => {
    const source = { a: { b: 1 } };
    const taken = snapshot(source);
    source.a.b = 2;
    assert.deepEqual(taken, { a: { b: 1 } });
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const throwing = { get id(): string { throw new Error('no'); } };
    for (const value of [cyclic, deep, throwing, 1n, undefined, Symbol('x'), () => 1]) assert.equal(snapshot(value), undefined);
  });
});

describe('text from outside', () => {
  it('is one line without controls and without what turns the row around', () => {
    assert.equal(oneLine('\u202eabc\u202c\n\u0000\u2066d'), 'abc d');
    assert.equal(oneLine('x'.repeat(1000)).length, 241);
    assert.equal(oneLine(`${'x'.repeat(239)}😀 and more`), `${'x'.repeat(239)}…`);
  });

  it('shows in JSON what it would do', () => assert.equal(visible('a\u202eb\u200bc'), 'a\\u202eb\\u200bc'));
});
