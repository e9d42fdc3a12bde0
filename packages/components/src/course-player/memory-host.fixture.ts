import {
  createReceipt,
  type Course,
  type DeliveryState,
  type LmsConnection,
  type OutcomeReport,
  type ReceiptControl,
  type StateContent,
  type Statement,
  type VideoUnit,
} from '@lectern/core';
import { ContextProvider } from '@lit/context';
import { LitElement, html } from 'lit';
import { learningHostContext, type LearningHost } from '../internal/session-context.js';

/** A connection that keeps everything in this object, for tests and stories. */
export class MemoryHost implements LearningHost {
  readonly ready = Promise.resolve();
  readonly creditsUrl = undefined;
  readonly statements: Statement[] = [];
  readonly reports: OutcomeReport[] = [];
  readonly documents = new Map<string, StateContent>();
  readonly controls: ReceiptControl[] = [];
  connections = 0;
  /** Set to make connecting fail. */
  fault: Error | undefined;
  /** Resolve to let a connection through; absent: at once. */
  gate: Promise<void> | undefined;
  report = false;
  /** Where an LMS wants the learner to go. */
  returnUrl: string | undefined;
  closed = 0;
  /** Launches units that a server must launch; absent: none can be. */
  launcher: Pick<LmsConnection, 'launch' | 'observe' | 'outcomes'> | undefined;
  registration: string = crypto.randomUUID();
  #state: DeliveryState = { waiting: 0, unsafe: 0, stored: 0, failed: 0 };
  readonly #listeners = new Set<(state: DeliveryState) => void>();

  get verbs(): string[] {
    return this.statements.map(({ verb }) => verb.id.split('/').at(-1)!);
  }

  setDelivery(state: Partial<DeliveryState>): void {
    this.#state = { ...this.#state, ...state };
    for (const listener of this.#listeners) listener(this.#state);
  }

  authorize(): Promise<string> {
    return Promise.resolve('Bearer test');
  }

  async connect(_course: Course): Promise<LmsConnection> {
    this.connections += 1;
    await this.gate;
    if (this.fault) throw this.fault;
    return {
      plugin: 'memory',
      learner: { objectType: 'Agent', account: { homePage: 'https://test.example', name: 'learner' } },
      registration: this.registration,
      launchMode: 'Normal',
      capabilities: { state: true, launch: this.launcher !== undefined, report: this.report },
      ...this.launcher,
      returnUrl: this.returnUrl,
      delivery: {
        getState: () => this.#state,
        subscribe: (listener) => {
          this.#listeners.add(listener);
          return () => this.#listeners.delete(listener);
        },
        flush: () => Promise.resolve(),
      },
      loadState: ({ activityId, stateId }) => Promise.resolve(this.documents.get(`${activityId} ${stateId}`)),
      saveState: ({ activityId, stateId }, content, { mode = 'merge' } = {}) => {
        const key = `${activityId} ${stateId}`;
        this.documents.set(key, mode === 'merge' ? { ...this.documents.get(key), ...content } : content);
        return createReceipt(key, 'stored').receipt;
      },
      record: (statements) =>
        statements.map((statement) => {
          this.statements.push(statement);
          const control = createReceipt(statement.id, 'journaled');
          this.controls.push(control);
          return control.receipt;
        }),
      report: (report) => {
        this.reports.push(report);
        return Promise.resolve();
      },
      close: () => Promise.resolve(void this.closed++),
    };
  }
}

/** Provides a host as `<learning-session>` would. */
export class MemorySession extends LitElement {
  readonly #provider = new ContextProvider(this, { context: learningHostContext, initialValue: undefined as LearningHost | undefined });

  set host(host: LearningHost | undefined) {
    this.#provider.setValue(host);
  }

  protected override render() {
    return html`<slot></slot>`;
  }
}

if (!customElements.get('memory-session')) customElements.define('memory-session', MemorySession);

export const MEDIA = '/packages/server/demo/media/';

export const video = (id: string, more: Partial<VideoUnit> = {}): VideoUnit => ({
  type: 'unit',
  kind: 'video',
  id,
  title: `Video ${id}`,
  moveOn: 'Completed',
  sources: [
    { src: `${MEDIA}lesson.webm`, type: 'video/webm; codecs="vp9, opus"' },
    { src: `${MEDIA}lesson.mp4`, type: 'video/mp4' },
  ],
  ...more,
});

export const courseOf = (...children: Course['children']): Course => ({
  id: `https://test.example/course/${Math.random().toString(36).slice(2)}`,
  title: 'A course',
  format: 'course',
  language: 'en',
  children,
});
