import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StateContent } from '@lectern/core';
import { fetchAuthToken } from './auth-token.js';
import { readLaunchData, readPreferences } from './launch-data.js';

const SESSION = { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': 's-1' };
const GOOD: StateContent = { contextTemplate: { extensions: SESSION }, launchMode: 'Normal', moveOn: 'Completed', masteryScore: 0.8, returnURL: 'https://lms.example/back', launchParameters: 'a=1', entitlementKey: { courseStructure: 'k' } };
const PAGE = 'https://content.example/index.html';

const answering = (answer: Response | Error | 'never'): typeof fetch => (_url, init) => {
  if (answer instanceof Response) return Promise.resolve(answer);
  if (answer instanceof Error) return Promise.reject(answer);
  return new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
};

/** What LMSs, captive portals and the network answer to the one POST for a token. */
const ANSWERS: readonly (readonly [string, Response | Error | 'never', string])[] = [
  ['that it was used already', Response.json({ 'error-code': '1', 'error-text': 'used' }), 'unauthorized'],
  ['that the session is over', Response.json({ 'error-code': '2' }), 'unauthorized'],
  ['an error as a number', Response.json({ 'error-code': 3 }), 'unauthorized'],
  ['an error nobody knows', Response.json({ 'error-code': { x: 1 } }), 'unauthorized'],
  ['a sign-in page', new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }), 'launch-invalid'],
  ['nothing', new Response(''), 'launch-invalid'],
  ['a list', Response.json([]), 'launch-invalid'],
  ['null', Response.json(null), 'launch-invalid'],
  ['a token that ends the line', Response.json({ 'auth-token': 'a\r\nX: y' }), 'launch-invalid'],
  ['a token that is a number', Response.json({ 'auth-token': 7 }), 'launch-invalid'],
  ['401', new Response('', { status: 401 }), 'unauthorized'],
  ['404', new Response('', { status: 404 }), 'not-found'],
  ['429', new Response('', { status: 429 }), 'busy'],
  ['500', new Response('', { status: 500 }), 'server-error'],
  ['no answer at all', new TypeError('Failed to fetch'), 'network'],
  ['silence', 'never', 'timeout'],
];

describe('the token of a cmi5 launch', () => {
  it('is asked for once, by POST, without cookies', async () => {
    const seen: RequestInit[] = [];
    const fetch: typeof globalThis.fetch = (_url, init) => (seen.push(init!), Promise.resolve(Response.json({ 'auth-token': 'YTpi' })));
    assert.equal(await fetchAuthToken('https://lms.example/f', { fetch, timeout: 1000 }), 'Basic YTpi');
    assert.deepEqual(seen.map(({ method, credentials }) => [method, credentials]), [['POST', 'omit']]);
  });

  for (const [what, answer, code] of ANSWERS) {
    it(`is refused where the LMS answers ${what}`, async () => {
      await assert.rejects(fetchAuthToken('https://lms.example/f', { fetch: answering(answer), timeout: 20 }), { code, field: 'fetch' });
    });
  }
});

/** Launch data of other LMSs, broken in one place each. */
const BROKEN: readonly (readonly [string, StateContent | undefined, string])[] = [
  ['absent', undefined, ''],
  ['without a template', { ...GOOD, contextTemplate: null }, 'contextTemplate'],
  ['with a template without a session', { ...GOOD, contextTemplate: {} }, 'contextTemplate.extensions'],
  ['with a session that is no text', { ...GOOD, contextTemplate: { extensions: { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': 1 } } }, 'contextTemplate.extensions'],
  ['with a mode in lower case', { ...GOOD, launchMode: 'normal' }, 'launchMode'],
  ['with a mastery score of 80', { ...GOOD, masteryScore: 80 }, 'masteryScore'],
  ['with a mastery score in words', { ...GOOD, masteryScore: '0.8' }, 'masteryScore'],
  ['with a moveOn that there is not', { ...GOOD, moveOn: 'Always' }, 'moveOn'],
];

describe('the launch data of a cmi5 launch', () => {
  it('are read, with null for absent as some LMSs write it', () => {
    const data = readLaunchData({ ...GOOD, masteryScore: null }, PAGE);
    assert.deepEqual([data.launchMode, data.moveOn, data.masteryScore, data.returnURL], ['Normal', 'Completed', undefined, 'https://lms.example/back']);
    assert.equal(readLaunchData({ ...GOOD, returnURL: 'javascript:alert(1)' }, PAGE).returnURL, undefined);
    assert.equal(readLaunchData({ contextTemplate: GOOD['contextTemplate'], launchMode: 'Review' }, PAGE).moveOn, 'NotApplicable');
  });

  for (const [what, document, field] of BROKEN) {
    it(`are refused ${what}`, () => {
      assert.throws(() => readLaunchData(document, PAGE), { code: 'launch-invalid', file: 'LMS.LaunchData', field });
    });
  }

  it('are no reason to fail for what the learner prefers', () => {
    assert.deepEqual(readPreferences({ languagePreference: 'zh-CN, en-US,;drop', audioPreference: 'loud' }), { languages: ['zh-CN', 'en-US'] });
    assert.deepEqual(readPreferences({ languagePreference: 7, audioPreference: 'off' }), { languages: [], audio: 'off' });
    assert.deepEqual(readPreferences(undefined), { languages: [] });
  });
});
