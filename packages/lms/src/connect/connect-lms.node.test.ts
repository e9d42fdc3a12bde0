import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createReceipt, type Course, type LmsConnection, type LmsPlugin } from '@lectern/core';
import { defineLmsPlugin } from '../plugin/define.js';
import { connectLms, STANDARD_PLUGINS, standardPlugins } from './index.js';

const course: Course = { id: 'https://x.example/c', title: 'C', format: 'course', children: [] };
const nothing = { waiting: 0, unsafe: 0, stored: 0, failed: 0 };

function aPlugin(name: string, home: boolean, recorded: string[] = []): LmsPlugin {
  const connection: LmsConnection = {
    plugin: name, learner: { account: { homePage: 'https://x.example', name: 'n' } }, registration: 'r', launchMode: 'Normal',
    capabilities: { state: false, launch: false, report: false },
    delivery: { getState: () => nothing, subscribe: () => () => undefined, flush: () => Promise.resolve() },
    loadState: () => Promise.resolve(undefined), saveState: () => createReceipt('s').receipt,
    record: (statements) => statements.map(({ id }) => (recorded.push(id), createReceipt(id, 'stored').receipt)),
    report: () => Promise.resolve(), close: () => Promise.resolve(),
  };
  return defineLmsPlugin({ name, detect: () => home, explain: () => `${home ? 'at home' : 'away'}.`, connect: () => Promise.resolve(connection) });
}

const pageAt = (search: string, more: object = {}): Window => {
  const document = { getElementById: () => null };
  const sessionStorage = { getItem: () => null };
  const view = { location: { search, hash: '', pathname: '/', href: `https://content.example/${search}` }, opener: null, document, sessionStorage, ...more } as unknown as Window;
  return Object.assign(view, { parent: view, top: view });
};

describe('connectLms', () => {
  it('takes the first plugin at home, and says why', async () => {
    const { connection, plugin, fellBack, trials, why } = await connectLms({ course, plugins: [aPlugin('a', false), aPlugin('b', true), aPlugin('c', true)] });
    assert.equal(connection.plugin, 'b');
    assert.deepEqual({ plugin, fellBack, why }, { plugin: 'b', fellBack: false, why: 'b: at home.' });
    assert.deepEqual(trials.map(({ plugin: name }) => name), ['a', 'b']);
  });

  it('falls back, and says what was looked for', async () => {
    const { plugin, fellBack, why } = await connectLms({ course, plugins: [aPlugin('a', false)], fallback: aPlugin('endpoint', true) });
    assert.deepEqual({ plugin, fellBack }, { plugin: 'endpoint', fellBack: true });
    assert.match(why, /a: away/);
  });

  it('records nothing where there is nothing, and no receipt says otherwise', async () => {
    const { connection, plugin } = await connectLms({ course, plugins: standardPlugins({ window: pageAt('') }) });
    assert.equal(plugin, 'none');
    const [receipt] = connection.record([{ id: 'x' } as never]);
    assert.equal(receipt!.status, 'pending');
    assert.equal(receipt!.error?.code, 'not-recorded');
  });

  it('does not pass over a plugin that is at home and cannot connect', async () => {
    const broken = defineLmsPlugin({ name: 'broken', detect: () => true, connect: () => Promise.reject(new Error('refused')) });
    await assert.rejects(connectLms({ course, plugins: [broken, aPlugin('b', true)] }), /refused/);
  });

  it('reports to several at once', async () => {
    const [home, nation] = [[], []] as [string[], string[]];
    const { connection } = await connectLms({ course, plugins: [aPlugin('campus', true, home)], others: [{ name: 'nation', plugin: aPlugin('nation', true, nation) }] });
    const id = crypto.randomUUID();
    const [receipt] = connection.record([{
      id, actor: { account: { homePage: 'https://x.example', name: 'n' } }, verb: { id: 'http://adlnet.gov/expapi/verbs/completed' }, object: { id: 'https://x.example/c' },
      timestamp: new Date().toISOString(), context: { registration: 'r' },
    }]);
    assert.deepEqual(home, [id]);
    assert.ok(receipt!.targets?.['nation']);
    await connection.close();
  });
});

describe('the standard plugins', () => {
  const api = { Initialize: () => 'true' };
  const launch = 'endpoint=https://l.example/&actor=%7B%7D&registration=r';

  it('are asked in their order, each by what it finds', async () => {
    const homes: readonly (readonly [Window, string])[] = [
      [pageAt(`?${launch}&fetch=https://l.example/f&activityId=urn:a`, { API_1484_11: api }), 'cmi5'],
      [pageAt(`?${launch}&auth=x`, { API_1484_11: api, API: { LMSInitialize: () => 'true' } }), 'scorm2004'],
      [pageAt(`?${launch}&auth=x`, { API: { LMSInitialize: () => 'true' } }), 'scorm12'],
      [pageAt(`?${launch}&auth=x`, { document: { getElementById: () => ({}) } }), 'xapi-launch'],
      [pageAt('', { document: { getElementById: () => ({}) } }), 'lti'],
    ];
    for (const [window, name] of homes) {
      const asked = [];
      for (const plugin of standardPlugins({ window })) if (await plugin.detect()) asked.push(plugin.name);
      assert.equal(asked[0], name);
    }
    assert.deepEqual(standardPlugins().map(({ name }) => name), [...STANDARD_PLUGINS]);
    assert.deepEqual(standardPlugins({ only: ['scorm12', 'cmi5'] }).map(({ name }) => name), ['cmi5', 'scorm12']);
  });

  it('say what they looked for', () => {
    assert.deepEqual(standardPlugins({ window: pageAt('?endpoint=x') }).map((plugin) => plugin.explain?.()), [
      'The page’s address has no cmi5 launch: fetch, actor, registration, activityId missing.',
      'No window around this page has an API_1484_11.',
      'No window around this page has an API.',
      'The page’s address has no xAPI launch: auth, actor missing.',
      'The page has no LTI launch.',
      'No origin is named that may be around this page.',
    ]);
  });
});
