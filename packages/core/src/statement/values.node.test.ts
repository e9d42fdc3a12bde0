import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomFrom } from '../session/session.fixture.js';
import { formatDuration, parseDuration } from './duration.js';
import { isLanguageTag, languageMap, languageTag } from './language.js';
import { childId } from './profile.js';
import { soundScore } from './score.js';
import { isDuration } from './validate/formats.js';

describe('durations', () => {
  it('come back to the hundredth, and are always ISO 8601', () => {
    const random = randomFrom(1);
    for (let i = 0; i < 5000; i++) {
      const seconds = random() * 10 ** Math.floor(random() * 9);
      const text = formatDuration(seconds);
      assert.ok(isDuration(text), text);
      assert.ok(Math.abs(parseDuration(text)! - seconds) <= 0.005 + 1e-6, `${seconds} ${text}`);
    }
  });

  it('are written short', () => {
    const table: [number, string][] = [[0, 'PT0S'], [59.999, 'PT1M'], [60, 'PT1M'], [3600, 'PT1H'], [3723.45, 'PT1H2M3.45S'], [0.004, 'PT0S'], [-5, 'PT0S'], [NaN, 'PT0S'], [90_000, 'PT25H']];
    for (const [seconds, text] of table) assert.equal(formatDuration(seconds), text);
    for (const seconds of [1e12, 1e300, Infinity]) assert.ok(isDuration(formatDuration(seconds)));
  });

  it('are read in every unit', () => {
    const table: [string, number | undefined][] = [['P1Y', 31_536_000], ['P1M', 2_592_000], ['P1W', 604_800], ['P1DT1H', 90_000], ['PT0,5S', 0.5], ['PT', undefined], ['P', undefined], ['P1DT', undefined], ['1S', undefined], ['PT-1S', undefined], ['', undefined]];
    for (const [text, seconds] of table) assert.equal(parseDuration(text), seconds, text);
  });
});

describe('soundScore', () => {
  it('keeps what is sound', () => {
    for (const score of [{ scaled: -1 }, { scaled: 0.5, raw: 5, min: 0, max: 10 }, { raw: -3 }, { min: 0 }, { raw: 16, min: 0, max: 16 }]) assert.deepEqual(soundScore(score), score);
  });

  it('drops what an LRS would refuse, and never the raw score', () => {
    assert.deepEqual(soundScore({ scaled: 1.6, raw: 160, min: 0, max: 100 }), { raw: 160, min: 0 });
    assert.deepEqual(soundScore({ raw: 5, min: 10, max: 10 }), { raw: 5 });
    assert.deepEqual(soundScore({ raw: -5, min: 0, max: 10 }), { raw: -5, max: 10 });
    assert.equal(soundScore({ scaled: NaN, raw: Infinity }), undefined);
    assert.equal(soundScore({}), undefined);
  });
});

describe('language', () => {
  it('follows RFC 5646, and forgives an underscore', () => {
    for (const tag of ['en', 'zh-Hans-CN', 'sl-rozaj-biske', 'x-a', 'i-default', 'de-CH-1996', 'es-419', 'hy-Latn-IT-arevela']) assert.ok(isLanguageTag(tag), tag);
    for (const tag of ['', 'e', 'en-', '-en', 'en--US', 'a12345678', 'en_US', 'abcdefghi', 'en-a', 'x-', 'en US']) assert.ok(!isLanguageTag(tag), tag);
    assert.equal(languageTag('en_US'), 'en-US');
    assert.equal(languageTag('英文'), undefined);
    assert.equal(languageTag(undefined), undefined);
    assert.deepEqual(languageMap('Hi', 'zh_CN'), { 'zh-CN': 'Hi' });
    assert.deepEqual(languageMap('Hi', 'nonsense tag'), { und: 'Hi' });
    assert.deepEqual(languageMap({ en_US: 'a', 'not a tag': 'b', zh: 'c' }, 'en'), { 'en-US': 'a', zh: 'c' });
  });
});

describe('childId', () => {
  it('joins by the scheme’s own separator and encodes what no IRI may hold', () => {
    assert.equal(childId('https://x/a/', 'steps', 'a/b c'), 'https://x/a/steps/a%2Fb%20c');
    assert.equal(childId('urn:x:a', 'steps', '1'), 'urn:x:a:steps:1');
    assert.equal(childId('https://x', '\ud800😀'), 'https://x/%EF%BF%BD%F0%9F%98%80');
  });
});
