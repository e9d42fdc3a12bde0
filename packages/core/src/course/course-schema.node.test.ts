import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import type { Block, Course } from './course.js';
import type { Unit, UnitKind } from './units.js';

type Keys<T> = Readonly<Record<keyof T, true>>;

const unit: Keys<Omit<Unit, 'kind'>> & { readonly kind: true } = {
  type: true, id: true, activityId: true, title: true, description: true, moveOn: true, masteryScore: true, expectedSeconds: true, requires: true, kind: true,
};

const media = { sources: true, tracks: true, poster: true, completionThreshold: true, seekAhead: true } as const;

/** The compiler keeps these lists equal to the model's own. */
const FIELDS: { readonly [K in UnitKind]: Keys<Extract<Unit, { kind: K }>> } = {
  video: { ...unit, ...media },
  audio: { ...unit, ...media },
  document: { ...unit, sources: true, alt: true, caption: true, completionThreshold: true, minPageSeconds: true, download: true },
  scorm: {
    ...unit, version: true, href: true, launchData: true, maxTimeAllowed: true, maxTimeAllowedText: true, timeLimitAction: true, completionThreshold: true, masteryScoreRaw: true,
    objectives: true, prerequisites: true,
  },
  cmi5: { ...unit, url: true, launchMethod: true, launchParameters: true, entitlementKey: true, publisherId: true, activityType: true, objectives: true },
  xapi: { ...unit, url: true },
  html: { ...unit, href: true, completion: true },
  link: { ...unit, href: true },
  simulation: { ...unit, src: true },
  quiz: { ...unit, src: true, quiz: true },
  h5p: { ...unit, href: true, completion: true },
  lti: { ...unit, tool: true, targetLinkUri: true, custom: true, launchMethod: true, completion: true },
};
const COURSE: Keys<Course> = { id: true, title: true, description: true, language: true, format: true, base: true, frame: true, files: true, publisherId: true, objectives: true, sequencing: true, order: true, children: true };
const BLOCK: Keys<Block> = { type: true, id: true, title: true, description: true, publisherId: true, objectives: true, requires: true, order: true, children: true };

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>;
}

it('the published schema of course.json has the fields of the model', () => {
  const file = new URL('../../../courseware/schemas/course.schema.json', import.meta.url);
  const { $defs, properties } = JSON.parse(readFileSync(file, 'utf8')) as Schema & { readonly $defs: Readonly<Record<string, Schema>> };
  const sorted = (fields: object): string[] => Object.keys(fields).sort();
  assert.deepEqual(sorted(properties), sorted({ ...COURSE, $schema: true }));
  assert.deepEqual(sorted($defs['block']!.properties), sorted(BLOCK));
  for (const [kind, fields] of Object.entries(FIELDS)) assert.deepEqual(sorted($defs[kind]!.properties), sorted(fields), kind);
});
