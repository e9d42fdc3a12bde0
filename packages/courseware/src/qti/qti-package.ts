import type { QuizUnit } from '@lectern/core';
import type { ManifestOptions, ReadManifest } from '../package/manifest.js';
import { PackageError } from '../package/package-error.js';
import type { XmlElement } from '../package/xml-element.js';
import { QtiFiles } from './qti-files.js';
import { attributeOf, isQtiItem, isQtiTest, qtiTypeOf } from './qti-names.js';
import { readItems, readTest } from './read-test.js';

const CLAUSE = 'QTI 3.0 Packaging 3.2';
/** Tests of one package. */
const MAX_TESTS = 200;

/**
 * Reads the manifest of a QTI 2.x or 3.0 package: each test is a quiz; where there is none, the items together are one.
 * @throws PackageError `no-launch-url`, `value-invalid`, `unsafe-url`, `path-traversal`, `file-missing`, `no-launchable-item`
 */
export async function readQtiManifest(root: XmlElement, options: ManifestOptions): Promise<ReadManifest> {
  const file = options.file ?? 'imsmanifest.xml';
  const files = new QtiFiles(options);
  const list = root.child('resources');
  const resources = list?.childrenNamed('resource') ?? [];
  const located = (resource: XmlElement): { path: string; from: string; field: string } => {
    const field = resource.attributePath('href');
    const href = resource.attribute('href');
    if (!href) throw new PackageError('no-launch-url', 'A resource of a test has no file.', { file, field, clause: CLAUSE });
    const bases = [root, list!, resource].flatMap((holder) => holder.attribute('base')?.replace(/([^/\\])$/, '$1/') || []);
    return { path: files.locate(href, file, field, bases), from: file, field };
  };
  const tests = resources.filter((resource) => qtiTypeOf(resource) === 'test');
  if (tests.length > MAX_TESTS) throw new PackageError('value-invalid', `The package has more than ${MAX_TESTS} tests.`, { file, field: 'resources', clause: CLAUSE });
  const units: QuizUnit[] = [];
  const ids = new Set<string>();
  for (const resource of tests) {
    const { path, from, field } = located(resource);
    try {
      const { title, quiz } = await readTest(await files.xml(path, from, field), path, files);
      units.push(unitOf(unique(resource.attribute('identifier') ?? 'test', ids), title ?? path.replace(/^.*\//, ''), quiz));
    } catch (error) {
      // One test of several; the only one says what is wrong itself.
      if (!(error instanceof PackageError) || tests.length === 1) throw error;
      files.warn({ code: 'not-playable', message: `A test was left out: ${error.message}`, file: error.file ?? file, field: error.field ?? field });
    }
  }
  const title = root.child('metadata')?.child('lom')?.child('general')?.child('title')?.child('string')?.text.trim();
  if (tests.length === 0) {
    const items = resources.filter((resource) => qtiTypeOf(resource) === 'item');
    const found = items.flatMap((resource) => {
      try {
        return [located(resource)];
      } catch (error) {
        if (!(error instanceof PackageError)) throw error;
        files.warn({ code: 'not-playable', message: `An item was left out: ${error.message}`, file, field: resource.path });
        return [];
      }
    });
    if (found.length > 0) units.push(unitOf('items', title || QUESTIONS, await readItems(found, files)));
  }
  const [only] = units;
  if (!only) throw new PackageError('no-launchable-item', 'The package has no test and no item that can be asked.', { file, field: 'resources', clause: CLAUSE });
  return { course: { id: options.id, title: title || (units.length === 1 ? only.title : TESTS), format: 'qti', children: units }, warnings: files.warnings };
}

/**
 * Reads an item or a test that came without a manifest. What it leads to is read where `options.read` is given.
 * @throws PackageError `element-missing` where nothing of it can be asked, `value-invalid`
 */
export async function readQtiFile(root: XmlElement, options: ManifestOptions): Promise<ReadManifest> {
  const files = new QtiFiles(options);
  const file = options.file ?? (isQtiItem(root) ? 'item.xml' : 'test.xml');
  const { title, quiz } = isQtiTest(root) ? await readTest(root, file, files) : { title: attributeOf(root, 'title'), quiz: await readItems([{ path: file, root, from: file, field: root.name }], files) };
  const named = title || QUESTIONS;
  return { course: { id: options.id, title: named, format: 'qti', children: [unitOf(attributeOf(root, 'identifier')?.slice(0, 100) || 'test', named, quiz)] }, warnings: files.warnings };
}

/** What has no name of its own: an identifier is no name for people. */
const QUESTIONS = { en: 'Questions', 'zh-CN': '题目' } as const;
const TESTS = { en: 'Tests', 'zh-CN': '测验' } as const;

const unitOf = (id: string, title: QuizUnit['title'], quiz: NonNullable<QuizUnit['quiz']>): QuizUnit => ({ type: 'unit', kind: 'quiz', id, title, moveOn: 'Completed', quiz });

function unique(name: string, taken: Set<string>): string {
  let id = name.slice(0, 100);
  for (let count = 2; taken.has(id); count++) id = `${name.slice(0, 100)}-${count}`;
  taken.add(id);
  return id;
}
