import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('every requirement of the LRS conformance requirements, XAPI-00001 to XAPI-00336, is named by a test here', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const covered = new Set<number>();
  for (const name of readdirSync(folder).filter((file) => /\.node\.test\.[jt]s$/.test(file))) {
    for (const [list] of readFileSync(folder + name, 'utf8').matchAll(/'\d{5}(?:-\d{5})?(?:, \d{5}(?:-\d{5})?)*'/g)) {
      for (const range of list.slice(1, -1).split(', ')) {
        const [from, to = from] = range.split('-').map(Number) as [number, number?];
        for (let id = from; id <= to; id++) covered.add(id);
      }
    }
  }
  const missing = Array.from({ length: 336 }, (_, index) => index + 1).filter((id) => !covered.has(id)).map((id) => String(id).padStart(5, '0'));
  assert.deepEqual(missing, []);
});
