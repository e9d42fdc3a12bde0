import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText, parseCaptions, plainText } from './parse-captions.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('captions', () => {
  it('are read from WebVTT: headers, notes, styles and identifiers are no words', () => {
    const cues = parseCaptions(
      '\uFEFFWEBVTT - a title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nnothing here\n\n1\n00:01.000 --> 00:02.500 line:0 align:start\n<v Li Wei>One &amp; <b>two</b>\nthree\n\n01:00:00.000 --> 01:00:01.000\nlate\n\n00:00.100 --> 00:00.900\nearly\n',
    );
    assert.deepEqual(cues, [
      { start: 0.1, end: 0.9, text: 'early', settings: '' },
      { start: 1, end: 2.5, text: '<v Li Wei>One &amp; <b>two</b>\nthree', settings: 'line:0 align:start' },
      { start: 3600, end: 3601, text: 'late', settings: '' },
    ]);
    assert.deepEqual(plainText(cues![1]!), { speaker: 'Li Wei', words: 'One & two three' });
  });

  it('are read from SRT with any line ends, without empty lines between, and with what else people put there', () => {
    const cues = parseCaptions('1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}<font color="red">A & B</font> <I>c</I>\r\n\r\n2\r00:00:03,5 --> 00:00:04,000\r1 < 2\r3\r00:00:05,000 --> 00:00:06,000\rlast');
    assert.deepEqual(cues, [
      { start: 1, end: 2, text: 'A &amp; B <i>c</i>', settings: 'line:0' },
      { start: 3.5, end: 4, text: '1 &lt; 2', settings: '' },
      { start: 5, end: 6, text: 'last', settings: '' },
    ]);
  });

  it('that are damaged give what can be read; what is none says so', () => {
    assert.deepEqual(parseCaptions('WEBVTT\n\n00:02.000 --> 00:01.000\nbackwards\n\n00:xx --> 00:03.000\nno time\n\n00:05.000 --> 00:06.000\n\n00:07.000 --> 00:08.000\ngood')?.map(({ text }) => text), ['good']);
    assert.deepEqual(parseCaptions('WEBVTT'), []);
    assert.equal(parseCaptions('<!doctype html><title>Sign in</title>'), undefined);
    assert.equal(parseCaptions(''), undefined);
  });

  it('of any size and shape are read in time that grows with their length alone', () => {
    for (const text of ['-->'.repeat(200_000), '00:'.repeat(200_000), `1\n${'9'.repeat(500_000)}`, `00:00:01,000 --> 00:00:02,000\n${'<'.repeat(300_000)}`, `WEBVTT\n\n00:01.000 --> 00:02.000\n${'<v.'.repeat(100_000)}`, `00:01.0 --> 00:02.0${' '.repeat(300_000)}`]) {
      parseCaptions(text);
      parseCaptions(`WEBVTT\n\n${text}`)?.map(plainText);
    }
  });

  it('have entities, ruby and unpaired surrogates decoded to words', () => {
    assert.equal(plainText({ text: '&#x4E2D;&#25991;&lt;&bogus;&#xD800; <ruby>汉<rt>hàn</rt></ruby>' }).words, '中文<&bogus;\uFFFD 汉');
  });

  it('are decoded by their mark, as UTF-8, by the server, and by their language', () => {
    assert.equal(decodeText(bytes(0xff, 0xfe, 0x2d, 0x4e), 'en'), '中');
    assert.equal(decodeText(bytes(0xe4, 0xb8, 0xad), 'zh-CN', 'gbk'), '中', 'UTF-8 whatever the server says');
    assert.equal(decodeText(bytes(0xd6, 0xd0), 'zh-CN'), '中');
    assert.equal(decodeText(bytes(0xa4, 0xa4), 'zh-Hant-TW'), '中');
    assert.equal(decodeText(bytes(0xd6, 0xd0), 'en', 'gb2312'), '中');
    assert.equal(decodeText(bytes(0xe9), 'fr', 'no-such-thing'), 'é');
  });
});
