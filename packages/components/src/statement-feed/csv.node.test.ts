import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toCsv } from './csv.js';
import { FeedEntry } from './feed-entry.js';
import { hostileStatements, sampleStatement, stored } from './statement-feed.fixture.js';

const csv = (values: readonly unknown[]): string => toCsv(values.map((value, n) => new FeedEntry(String(n), n, value)), ['en'], ({ id }) => id.split('/').at(-1)!);

/** As RFC 4180 says they are to be read. */
function read(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

const named = (name: string): unknown => ({ ...sampleStatement(1), object: { id: 'https://x.example/a', definition: { name: { en: name } } } });
const cellOf = (text: string, column: string): string => {
  const [head, row] = read(text);
  return row![head!.indexOf(column)]!;
};

describe('toCsv', () => {
  it('begins with a byte order mark and the columns, and ends each row with CR LF', () => {
    const text = csv([stored(sampleStatement(0))]);
    assert.ok(text.startsWith('\ufeffid,timestamp,stored,learner,learner_id,verb,verb_id,activity,activity_id,activity_type,success,completion,score_scaled,'));
    assert.equal(text.split('\r\n').length, 3);
    assert.ok(text.endsWith('\r\n'));
  });

  it('writes what a statement says, numbers as numbers', () => {
    const text = csv([{ ...sampleStatement(2), result: { score: { raw: -3, min: -10, max: 10 }, success: false, duration: 'PT1M30S' } }]);
    assert.equal(cellOf(text, 'score_raw'), '-3');
    assert.equal(cellOf(text, 'success'), 'false');
    assert.equal(cellOf(text, 'duration_seconds'), '90');
    assert.equal(cellOf(text, 'learner_id'), 'https://campus.example guest');
  });

  it('quotes commas, quotes and line breaks, and keeps Chinese', () => {
    for (const name of ['a,b', 'say "a"', 'two\r\nlines', '车床调试，第一课']) assert.equal(cellOf(csv([named(name)]), 'activity'), name);
  });

  for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =1', '＝1+1', '＋1', '－1', '＠a', '=HYPERLINK("http://x.example","a")']) {
    it(`lets no spreadsheet calculate ${JSON.stringify(name)}`, () => assert.equal(cellOf(csv([named(name)]), 'activity'), `'${name}`));
  }

  it('has a row of as many cells for anything', () => {
    const rows = read(csv(hostileStatements()));
    assert.equal(rows.length, hostileStatements().length + 1);
    assert.deepEqual([...new Set(rows.map((row) => row.length))], [rows[0]!.length]);
  });
});
