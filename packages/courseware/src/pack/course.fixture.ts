import type { Course, CourseNode, Iri, Text, Unit } from '@lectern/core';
import fc from 'fast-check';
import { encodePath } from '../package/references.js';
import { packFile } from './pack.fixture.js';
import type { PackFile } from './pack-options.js';

/** Words as people and their tools write them: any script, emoji, markup, control characters. */
const words = fc
  .oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), fc.constantFrom('高等数学 🎓', '<b>&amp;"\'', 'العربية', ']]>', 'a\u0001b'))
  .map((text) => text.trim())
  .filter((text) => text.length > 0);

const text: fc.Arbitrary<Text> = fc.oneof(words, fc.dictionary(fc.constantFrom('en', 'zh-CN', 'ar', 'pt-BR'), words, { minKeys: 1, noNullPrototype: true }));

const id = words.map((value) => value.slice(0, 60).trim()).filter((value) => value.length > 0);

const name = fc
  .oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), fc.constantFrom('课 1', '🎬', '100%', 'a&b', 'x#y?z', '~', '%41'))
  // What no file system has, or an archive may not; and hidden files.
  .map((value) => value.replace(/[\p{Cc}\p{Cs}/\\:*?"<>|]/gu, '_').replace(/^[. ]+|[. ]+$/g, '') || 'file');

interface Made {
  readonly course: Course;
  readonly files: readonly PackFile[];
}

const fraction = fc.integer({ min: 0, max: 100 }).map((value) => value / 100);
const moveOn = fc.constantFrom('Passed', 'Completed', 'CompletedAndPassed', 'CompletedOrPassed', 'NotApplicable');

const kind = fc.oneof(
  fc.record({ kind: fc.constant('video'), ending: fc.constantFrom('mp4', 'webm') }),
  fc.record({ kind: fc.constant('document'), ending: fc.constantFrom('pdf', 'epub', 'md') }),
  fc.record({ kind: fc.constant('html'), ending: fc.constant('html') }),
  fc.record({ kind: fc.constant('scorm'), ending: fc.constant('html') }),
  fc.record({ kind: fc.constant('simulation'), ending: fc.constant('json') }),
  fc.record({ kind: fc.constant('link'), ending: fc.constant('') }),
);

const TYPES: Readonly<Record<string, string>> = { pdf: 'application/pdf', epub: 'application/epub+zip', md: 'text/markdown', mp4: 'video/mp4', webm: 'video/webm' };

const unit = fc
  .record({
    id, title: text, kind, name, moveOn, description: fc.option(text, { nil: undefined }), masteryScore: fc.option(fraction, { nil: undefined }),
    seconds: fc.option(fc.integer({ min: 1, max: 36_000 }), { nil: undefined }), version: fc.constantFrom('1.2', '2004'), launchData: fc.option(words, { nil: undefined }),
  })
  .map(({ kind: { kind: of, ending }, name: called, seconds, version, launchData, ...head }) => ({ of, ending, called, version, launchData, head: prune({ ...head, expectedSeconds: seconds }) }));

type Drawn = typeof unit extends fc.Arbitrary<infer Value> ? Value : never;

interface Tree {
  readonly units: readonly Drawn[];
  readonly blocks: readonly { readonly id: string; readonly title: Text; readonly below: readonly Drawn[] }[];
}

/** A course with what its units start with. */
export const courses: fc.Arbitrary<Made> = fc
  .record({
    head: fc.record({ title: text, description: fc.option(text, { nil: undefined }), language: fc.option(fc.constantFrom('zh-CN', 'en', 'ar'), { nil: undefined }) }),
    id: fc.constantFrom<Iri>('https://lms.example/courses/1', 'urn:uuid:0b4f1b0e-5ad1-4a1c-9a3f-0f1b1c2d3e4f', 'https://lms.example/课程/1/'),
    tree: fc.record({ units: fc.array(unit, { minLength: 1, maxLength: 4 }), blocks: fc.array(fc.record({ id, title: text, below: fc.array(unit, { minLength: 1, maxLength: 3 }) }), { maxLength: 2 }) }) as fc.Arbitrary<Tree>,
  })
  .map(({ head, id: courseId, tree }) => {
    const taken = new Set<string>();
    const files: PackFile[] = [];
    const own = (wanted: string): string => {
      let free = wanted;
      for (let count = 2; taken.has(free); count++) free = `${wanted}-${count}`;
      taken.add(free);
      return free;
    };
    const toUnit = (drawn: Drawn): Unit => {
      const path = `内容/${files.length} ${drawn.called}.${drawn.ending}`;
      if (drawn.of !== 'link') files.push(packFile(path, `content of ${path}`));
      return made(drawn, own(drawn.head.id), encodePath(path));
    };
    const children: CourseNode[] = [
      ...tree.units.map(toUnit),
      ...tree.blocks.map(({ below, ...block }): CourseNode => ({ type: 'block', ...block, id: own(block.id), children: below.map(toUnit) })),
    ];
    return { course: { ...prune(head), id: courseId, format: 'course', children } as Course, files };
  });

function made({ of, ending, version, launchData, head }: Drawn, unitId: string, url: string): Unit {
  const base = { type: 'unit', ...head, id: unitId } as const;
  switch (of) {
    case 'video':
      return { ...base, kind: 'video', sources: [{ src: url, type: TYPES[ending]! }] } as Unit;
    case 'document':
      return { ...base, kind: 'document', sources: [{ src: url, type: TYPES[ending]! }] } as Unit;
    case 'html':
      return { ...base, kind: 'html', href: `${url}?a=1&b=2#c`, completion: { policy: 'visited' } } as Unit;
    case 'scorm':
      return { ...base, kind: 'scorm', version, href: `${url}?a=1&b=2`, ...(launchData === undefined ? {} : { launchData }) } as Unit;
    case 'link':
      return { ...base, kind: 'link', href: 'https://elsewhere.example/a?b=c&d=%E8%AF%BE' } as Unit;
    default:
      return { ...base, kind: 'simulation', src: url } as Unit;
  }
}

const prune = <T extends object>(object: T): T => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
