import type { Course, LaunchMode } from '../course/course.js';
import type { Unit, UnitKind } from '../course/units.js';
import type { LmsConnection } from '../plugin/connection.js';
import type { StateContent, StateKey } from '../plugin/documents.js';
import { createReceipt } from '../plugin/receipt.js';
import type { Context, Statement } from '../statement/statement.js';
import type { Interaction, LearningEvent, LearningEventBody, LearningEventType } from './events.js';

const base = { type: 'unit', title: { en: 'Unit', 'zh-CN': '单元' }, description: 'About it', moveOn: 'CompletedOrPassed', masteryScore: 0.6 } as const;

/** One unit of each kind; ids are the kinds. */
export const UNITS: { readonly [K in UnitKind]: Unit } = {
  video: { ...base, id: 'video', kind: 'video', sources: [{ src: 'v.mp4' }] },
  audio: { ...base, id: 'audio', kind: 'audio', sources: [{ src: 'a.mp3' }] },
  document: { ...base, id: 'document', kind: 'document', sources: [{ src: 'd.md', type: 'text/markdown' }] },
  scorm: { ...base, id: 'scorm', kind: 'scorm', version: '1.2', href: 'index.html' },
  cmi5: { ...base, id: 'cmi5', kind: 'cmi5', url: 'index.html', launchMethod: 'AnyWindow', publisherId: 'https://p.example/au' },
  xapi: { ...base, id: 'xapi', kind: 'xapi', url: 'index.html' },
  html: { ...base, id: 'html', kind: 'html', href: 'index.html', completion: { policy: 'visited' } },
  link: { ...base, id: 'link', kind: 'link', href: 'https://elsewhere.example/' },
  simulation: { ...base, id: 'simulation', kind: 'simulation', src: 'simulation.json' },
  quiz: { ...base, id: 'quiz', kind: 'quiz', src: 'quiz.json' },
  h5p: { ...base, id: 'h5p', kind: 'h5p', href: 'h5p/' },
  lti: { ...base, id: 'lti', kind: 'lti', targetLinkUri: 'https://tool.example/quiz' },
};

export const COURSE: Course = {
  id: 'https://example.org/courses/1',
  title: 'Course',
  language: 'en-US',
  format: 'course',
  children: [{ type: 'block', id: 'b', title: 'Block', children: Object.values(UNITS) }],
};

export const INTERACTION: Interaction = {
  id: 'q 1',
  type: 'choice',
  description: 'Which?',
  correctResponsesPattern: ['a[,]b'],
  response: 'a',
  success: false,
  weighting: 1,
  latency: 3.5,
};

const step = { id: 's/1', title: 'Step' };
const score = { scaled: 0.75, raw: 12, min: 0, max: 16 };

/** Each type of event, as rich as it can be. */
export const EVENTS: { readonly [T in LearningEventType]: LearningEventBody & { readonly type: T } } = {
  initialized: { type: 'initialized', length: 100 },
  played: { type: 'played', time: 0 },
  paused: { type: 'paused', time: 3 },
  seeked: { type: 'seeked', from: 3, to: 50 },
  ticked: { type: 'ticked', time: 51, length: 100 },
  interacted: { type: 'interacted', time: 1, volume: 0.5, muted: true, speed: 1.5, fullScreen: true, captions: 'zh-CN', screenSize: '1920x1080', playbackSize: '640x360' },
  progressed: { type: 'progressed', progress: 0.5 },
  located: { type: 'located', position: 3, length: 10, place: 'epubcfi(/6/4)' },
  read: { type: 'read', from: 3, to: 4, length: 10 },
  answered: { type: 'answered', interaction: INTERACTION },
  stepStarted: { type: 'stepStarted', step },
  stepEnded: { type: 'stepEnded', step, score, seconds: 12.345, success: true },
  used: { type: 'used', object: { id: 'valve', title: 'Valve' } },
  scored: { type: 'scored', score },
  completed: { type: 'completed' },
  passed: { type: 'passed', score },
  failed: { type: 'failed', score: { scaled: 0.1 } },
  resumed: { type: 'resumed' },
  suspended: { type: 'suspended' },
  terminated: { type: 'terminated', seconds: 61 },
};

export const eventAt = (unitId: string, type: LearningEventType): LearningEvent => ({ unitId, ...EVENTS[type] }) as LearningEvent;

export interface FakeConnection extends LmsConnection {
  readonly statements: Statement[];
  /** `record` and `save`, in order. */
  readonly calls: string[];
  readonly documents: Map<string, StateContent>;
}

export function fakeConnection(options: { launchMode?: LaunchMode; contextTemplate?: Context; state?: boolean; documents?: Map<string, StateContent> } = {}): FakeConnection {
  const documents = options.documents ?? new Map<string, StateContent>();
  const keyOf = (key: StateKey): string => `${key.activityId} ${key.stateId}`;
  const statements: Statement[] = [];
  const calls: string[] = [];
  return {
    plugin: 'fake',
    learner: { objectType: 'Agent', account: { homePage: 'https://lms.example', name: 'learner' } },
    registration: '9f3b1f8e-52a4-4d9f-8f5b-0a6a4a1d8b11',
    launchMode: options.launchMode ?? 'Normal',
    capabilities: { state: options.state ?? true, launch: false, report: false },
    delivery: { getState: () => ({ waiting: 0, unsafe: 0, stored: 0, failed: 0 }), subscribe: () => () => {}, flush: async () => {} },
    contextTemplate: options.contextTemplate,
    statements,
    calls,
    documents,
    loadState: async (key) => documents.get(keyOf(key)),
    saveState(key, content, { mode = 'replace' } = {}) {
      calls.push('save');
      const json = JSON.parse(JSON.stringify(content)) as StateContent;
      documents.set(keyOf(key), mode === 'merge' ? { ...documents.get(keyOf(key)), ...json } : json);
      return createReceipt(keyOf(key)).receipt;
    },
    record(added) {
      calls.push('record');
      statements.push(...added);
      return added.map(({ id }) => createReceipt(id, 'journaled').receipt);
    },
    report: async () => {},
    close: async () => {},
  };
}

/** A clock that stands still until it is moved. */
export function fakeClock(time = Date.parse('2026-11-23T09:00:00Z')) {
  return {
    time,
    now(): number {
      return this.time;
    },
    pass(seconds: number): void {
      this.time += seconds * 1000;
    },
  };
}

/** Deterministic pseudo-random numbers from 0 to 1 (mulberry32), so that a failing property can be run again. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
