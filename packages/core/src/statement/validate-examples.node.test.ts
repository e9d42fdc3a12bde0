import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { validateStatement } from './validate.js';

const actor = { account: { homePage: 'https://lms.example', name: 'a1' } };
const verb = { id: 'http://adlnet.gov/expapi/verbs/experienced' };

const fixtures = join(process.env['LECTERN_FIXTURES'] ?? fileURLToPath(new URL('../../../../../shared/fixtures', import.meta.url)), 'statements');

describe("the specification's own examples", { skip: existsSync(fixtures) ? false : `no fixtures at ${fixtures}` }, () => {
  const files = existsSync(fixtures) ? readdirSync(fixtures).filter((name) => /^spec-\d+\.json$/.test(name)) : [];
  for (const name of files) {
    const value = JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as Record<string, unknown>;
    if (value['objectType'] === 'SubStatement') {
      it(`accepts ${name}, a SubStatement, as an object`, () => {
        assert.deepEqual(validateStatement({ actor, verb, object: value }), []);
      });
    } else if ('inProgress' in value) {
      it(`refuses ${name}, a statement of version 0.9 that the specification shows how to convert`, () => {
        const paths = validateStatement(value).map(({ path }) => path);
        assert.equal(paths[0], 'actor.objectType');
        assert.ok(paths.includes('inProgress'));
      });
    } else {
      it(`accepts ${name}`, () => {
        assert.deepEqual(validateStatement(value), []);
        assert.deepEqual(validateStatement(value, { version: '2.0.0', asReceived: true }), []);
      });
    }
  }
});
