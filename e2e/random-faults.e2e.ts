import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { benchFaults } from '../bench/faults.js';

/** `npm run bench -- --only=faults` strikes far more often. The same seed chooses the same faults; their moments differ. */
const SEED = Number(process.env['LECTERN_SEED'] ?? 1);

describe(`records among random faults (LECTERN_SEED=${SEED})`, () => {
  it('keeps every promise of a receipt, once and in order, while pages, browsers, lines, server and database die', { timeout: 300_000 }, async () => {
    const result = await benchFaults({ statements: 120, faults: 30, seed: SEED });
    assert.equal(result.broken, false, JSON.stringify(result, null, 1));
    assert.ok(result.statements >= 120 && result.faults >= 30);
  });
});
