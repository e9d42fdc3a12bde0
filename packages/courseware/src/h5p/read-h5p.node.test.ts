import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import type { H5pUnit } from '@lectern/core';
import { PackageError } from '../package/package-error.js';
import { readPackage } from '../package/read-package.js';
import { makeZip } from '../package/zip.fixture.js';

const ID = 'https://lms.example/courses/h5p';
const description = (more: object = {}): string =>
  JSON.stringify({ title: 'Capitals', language: 'fr', mainLibrary: 'H5P.Blanks', preloadedDependencies: [{ machineName: 'H5P.Blanks', majorVersion: '1', minorVersion: 12 }], ...more });
const files = (more: Record<string, string> = {}, head: object = {}): Record<string, string> => ({
  'h5p.json': description(head),
  'content/content.json': '{}',
  'H5P.Blanks-1.12/library.json': JSON.stringify({ preloadedDependencies: [{ machineName: 'H5P.Question', majorVersion: 1, minorVersion: 4 }] }),
  'H5P.Question-1.4/library.json': JSON.stringify({ preloadedDependencies: [{ machineName: 'H5P.Blanks', majorVersion: 1, minorVersion: 12 }] }),
  ...more,
});
const read = (tree: Record<string, string>) => readPackage(makeZip(tree), { id: ID });

async function refused(tree: Record<string, string>): Promise<string> {
  const error = await read(tree).then(() => undefined, (thrown: unknown) => thrown);
  assert.ok(error instanceof PackageError, String(error));
  return [error.code, error.file, error.field].filter(Boolean).join(' ');
}

describe('an H5P package', () => {
  it('is a course of one unit, with the title and language of its content', async () => {
    const { course, format, manifest, warnings } = await read(files());
    assert.deepEqual([format, manifest, warnings], ['h5p', 'h5p.json', []]);
    assert.deepEqual(course, { id: ID, title: 'Capitals', language: 'fr', format: 'h5p', children: [{ type: 'unit', kind: 'h5p', id: 'h5p', title: 'Capitals', moveOn: 'Completed', href: '.' }] });
    const unnamed = await read(files({}, { title: '  ', language: 'und' }));
    assert.deepEqual([unnamed.course.title, unnamed.course.language], ['Blanks', undefined]);
  });

  it('is done with when it was opened, where it has nothing to report', async () => {
    const tree = files({ 'H5P.Accordion-1.0/library.json': '{}' }, { mainLibrary: 'H5P.Accordion', preloadedDependencies: [{ machineName: 'H5P.Accordion', majorVersion: 1, minorVersion: 0 }] });
    assert.deepEqual((((await read(tree)).course.children[0] as H5pUnit).completion), { policy: 'visited' });
  });

  it('is refused with file and field where something is missing or wrong', async () => {
    assert.equal(await refused({ 'h5p.json': '{' }), 'malformed-json h5p.json');
    assert.equal(await refused({ 'h5p.json': '[]' }), 'malformed-json h5p.json');
    assert.equal(await refused({ 'h5p.json': '{}' }), 'element-missing h5p.json mainLibrary');
    assert.equal(await refused(files({}, { preloadedDependencies: 'all' })), 'element-missing h5p.json preloadedDependencies');
    assert.equal(await refused(files({}, { mainLibrary: 'H5P.Other' })), 'value-invalid h5p.json mainLibrary');
    assert.equal(await refused(files({ 'content/content.json': 'no' })), 'malformed-json content/content.json');
    const { 'content/content.json': _content, ...without } = files();
    assert.equal(await refused(without), 'file-missing content/content.json h5p.json');
    const { 'H5P.Question-1.4/library.json': _question, ...bare } = files();
    assert.equal(await refused(bare), 'file-missing H5P.Question-1.4/library.json H5P.Blanks-1.12/library.json');
    assert.equal(await refused(files({ 'H5P.Question-1.4/library.json': '{"preloadedDependencies":7}' })), 'value-invalid H5P.Question-1.4/library.json preloadedDependencies');
    assert.equal(await refused(files({ 'H5P.Question-1.4/library.json': 'null' })), 'malformed-json H5P.Question-1.4/library.json');
  });

  it('is led nowhere by the names of its libraries', async () => {
    for (const library of [{ machineName: '../x', majorVersion: 1, minorVersion: 0 }, { machineName: '..', majorVersion: 1, minorVersion: 0 }, { machineName: 'a/b', majorVersion: 1, minorVersion: 0 }, { machineName: 'A', majorVersion: '1/../..', minorVersion: 0 }, { machineName: 'A', majorVersion: -1, minorVersion: 0 }, { machineName: '__proto__' }, null, 7]) {
      assert.equal(await refused(files({}, { preloadedDependencies: [{ machineName: 'H5P.Blanks', majorVersion: 1, minorVersion: 12 }, library] })), 'value-invalid h5p.json preloadedDependencies[1]');
    }
  });

  it('ends, however many libraries need each other', async () => {
    const many: Record<string, string> = {};
    const dependency = (index: number) => ({ machineName: `L${index}`, majorVersion: 1, minorVersion: 0 });
    for (let index = 0; index < 600; index += 1) many[`L${index}-1.0/library.json`] = JSON.stringify({ preloadedDependencies: [dependency(index + 1)] });
    const tree = { 'h5p.json': description({ mainLibrary: 'L0', preloadedDependencies: [dependency(0)] }), 'content/content.json': '{}', ...many };
    assert.equal(await refused(tree), 'value-invalid h5p.json preloadedDependencies');
    const list = Array.from({ length: 501 }, (_, index) => dependency(index));
    assert.equal(await refused(files({}, { preloadedDependencies: list })), 'value-invalid h5p.json preloadedDependencies');
  });

  const fixtures = resolve(process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures', 'h5p');
  it('is read, or refused with its file, as others made it', { skip: existsSync(fixtures) ? false : `no fixtures at ${fixtures}` }, async () => {
    const found: string[] = [];
    for (const name of (await readdir(fixtures)).sort()) {
      const said = await readPackage(new Uint8Array(await readFile(join(fixtures, name))), { id: ID }).then(({ course }) => String(course.title), (error: PackageError) => `${error.code} ${error.file ?? ''}`.trim());
      found.push(`${name}: ${said}`);
    }
    assert.deepEqual(found, ['broken-content-json.h5p: malformed-json content/content.json', 'corrupt_archive.h5p: not-a-zip', 'drag.h5p: Drag the Words', 'filltheblanks.h5p: Geography']);
  });
});
