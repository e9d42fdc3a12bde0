import { createReceipt, type Course, type LmsConnection, type ReceiptControl, type StateContent, type Statement } from '@lectern/core';
import { ContextProvider } from '@lit/context';
import { learningHostContext, type LearningHost } from '../internal/session-context.js';

/** A small simulation with a step of each kind, as plain JSON: 10 + 6 + 4 points. */
export function smallSimulation(): Record<string, unknown> {
  const part = (id: string, en: string, zh: string) => ({
    id,
    node: id,
    title: { en, 'zh-CN': zh },
    description: { en: `About the ${en.toLowerCase()}`, 'zh-CN': `关于${zh}` },
    position: '0 0.1m 0',
    normal: '0 1 0',
  });
  const step = { hint: 'Like this.', expectSeconds: 5 };
  return {
    id: 'https://campus.example/simulations/small',
    title: { en: 'A small machine', 'zh-CN': '小机器' },
    description: 'Three steps.',
    model: { src: 'missing.glb', alt: { en: 'A machine with a key, a dial and a lever', 'zh-CN': '带有钥匙、旋钮和手柄的机器' } },
    parts: [part('key', 'Key', '钥匙'), part('dial', 'Dial', '旋钮'), part('lever', 'Lever', '手柄')],
    steps: [
      { ...step, id: 'one', title: 'Turn the key', instruction: 'Turn it.', explanation: 'Nothing moves without it.', action: { type: 'activate', part: 'key' }, maxScore: 10, penalty: 4 },
      {
        ...step,
        id: 'two',
        title: 'Set the dial',
        instruction: 'Set it to 0.3 mm.',
        action: { type: 'set', part: 'dial', label: 'Depth', unit: 'mm', min: 0, max: 1, step: 0.1, target: 0.3, tolerance: 0 },
        maxScore: 6,
        penalty: 1,
      },
      {
        ...step,
        id: 'three',
        title: 'Choose the lever’s place',
        instruction: 'Choose.',
        action: { type: 'choose', part: 'lever', options: [{ id: 'a', title: 'Up', correct: false, feedback: 'Up is reverse.' }, { id: 'b', title: 'Down', correct: true }] },
        maxScore: 4,
        penalty: 4,
      },
    ],
    passingScore: 0.7,
    timeLimitSeconds: 600,
    scoring: { hintPenalty: 2 },
  };
}

/** A URL from which a value can be fetched as JSON. */
export function urlOf(value: unknown): string {
  return URL.createObjectURL(new Blob([typeof value === 'string' ? value : JSON.stringify(value)], { type: 'application/json' }));
}

export interface FakeHost extends LearningHost {
  readonly statements: Statement[];
  readonly receipts: ReceiptControl[];
  readonly documents: Map<string, StateContent>;
}

/** A learner's session that keeps everything in memory. */
export function fakeHost(options: { readonly creditsUrl?: string; readonly documents?: Map<string, StateContent> } = {}): FakeHost {
  const statements: Statement[] = [];
  const receipts: ReceiptControl[] = [];
  const documents = options.documents ?? new Map<string, StateContent>();
  const connect = (_course: Course): Promise<LmsConnection> =>
    Promise.resolve({
      plugin: 'fake',
      learner: { account: { homePage: 'https://campus.example', name: 'lin' } },
      registration: '0b6f6a52-51a0-4a58-8c6c-4b1d7e7b9b11',
      launchMode: 'Normal',
      capabilities: { state: true, launch: false, report: false },
      delivery: { getState: () => ({ waiting: 0, unsafe: 0, stored: 0, failed: 0 }), subscribe: () => () => undefined, flush: () => Promise.resolve() },
      loadState: ({ activityId, stateId }) => Promise.resolve(documents.get(`${activityId} ${stateId}`)),
      saveState({ activityId, stateId }, content, { mode = 'merge' } = {}) {
        const key = `${activityId} ${stateId}`;
        documents.set(key, JSON.parse(JSON.stringify(mode === 'merge' ? { ...documents.get(key), ...content } : content)) as StateContent);
        return createReceipt(key, 'stored').receipt;
      },
      record: (news) =>
        news.map((statement) => {
          const control = createReceipt(statement.id, 'journaled');
          statements.push(statement);
          receipts.push(control);
          return control.receipt;
        }),
      report: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
  return { statements, receipts, documents, ready: Promise.resolve(), connect, creditsUrl: options.creditsUrl, authorize: () => Promise.resolve('Bearer test') };
}

/** An element that provides the host to what is inside it, as `<learning-session>` does. */
export function provide(host: LearningHost): HTMLElement {
  const place = document.createElement('div');
  new ContextProvider(place, { context: learningHostContext, initialValue: host });
  document.body.append(place);
  return place;
}

export const verbsOf = (host: FakeHost): string[] => host.statements.map(({ verb }) => verb.id.split('/').at(-1)!);
