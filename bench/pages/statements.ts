/** What the benchmarks' pages record. */
import type { Course, Statement } from '@lectern/core';

export const actor = { objectType: 'Agent', account: { homePage: 'https://bench.example', name: 'learner' } } as const;

export const course: Course = {
  id: 'https://bench.example/course',
  format: 'course',
  title: 'Bench',
  children: [{ type: 'unit', kind: 'simulation', id: 's', title: 'Steps', moveOn: 'Completed', src: 's.json' }],
};

/** @param object the last part of its activity's IRI */
export const statement = (object: string, more: Partial<Statement> = {}): Statement => ({
  id: crypto.randomUUID(),
  actor,
  verb: { id: 'https://w3id.org/xapi/seriousgames/verbs/used', display: { en: 'used' } },
  object: { objectType: 'Activity', id: `https://bench.example/${object}` },
  timestamp: new Date().toISOString(),
  ...more,
});
