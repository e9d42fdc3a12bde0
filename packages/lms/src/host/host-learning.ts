import type { Agent, Course, LaunchMode, OutcomeReport, StateContent, StateKey, Statement } from '@lectern/core';
import { asDeliveryError, DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import { identifierOf } from '../outbox/redaction.js';
import { isClosing, PROTOCOL_VERSION, readAsked, readHello, readOrigin, type Answered, type Asked, type Welcome } from '../parent/protocol.js';
import { readPlatformSession } from '../platform/platform.js';
import { readContent, readKey, readOutcome, readStatements } from './read-questions.js';

/** What a platform says of its learner, and keeps of what they do. Whatever a function throws or rejects with, content keeps what it could not hand over, and comes again. */
export interface HostLearningOptions {
  /** The origin of the content, like `https://content.example`. What comes from elsewhere is not heard. Default: that of the frame's `src`. */
  readonly origin?: string;
  /** Default: an account with an opaque name, never a real name or an e-mail address. */
  readonly learner: Agent;
  /** UUID: the same for the same learner and course. */
  readonly registration: string;
  /** Default `Normal`. */
  readonly launchMode?: LaunchMode;
  /** Where the learner goes when they are done; http(s). */
  readonly returnUrl?: string;
  /** The course that content is about to open. */
  readonly onOpen?: (course: Pick<Course, 'id' | 'title'>) => void;
  /** A document as it was saved; `undefined` or `null` where there is none. */
  load(key: StateKey): Promise<StateContent | null | undefined>;
  /** The whole document. Resolve when it is kept. */
  save(key: StateKey, content: StateContent): Promise<unknown>;
  /** Statements in their order; one that comes again has the same `id`. Resolve when all are kept. Absent: the platform keeps none. */
  record?(statements: readonly Statement[]): Promise<unknown>;
  /** For the gradebook: of the course, or of the unit it names. The newest counts. Resolve when it is kept. */
  report(outcome: OutcomeReport): Promise<unknown>;
  /** Content said something that it must not, or one of the functions above failed. */
  readonly onError?: (error: DeliveryError) => void;
}

export interface HostedLearning {
  /** Lets content hand over what waits, for at most `patience` milliseconds (default 2,000), and ends. Call it before the frame is taken away. */
  close(patience?: number): Promise<void>;
}

/**
 * The platform's side of `parentPlugin`: listens to the content in a frame, and to nobody else. Needs nothing but this file on the page.
 * @throws DeliveryError `launch-invalid` with the `field`
 */
export function hostLearning(frame: HTMLIFrameElement, options: HostLearningOptions): HostedLearning {
  const view = frame.ownerDocument.defaultView;
  if (!view) throw new DeliveryError('lms-gone', 'The frame is in no window.');
  const origin = readOrigin(options.origin ?? frame.src, 'origin');
  const { learner, registration, launchMode, returnUrl } = readPlatformSession({ ...options }, view.location.href);
  const self = identifierOf(learner);
  const saving = new Map<string, Promise<unknown>>();
  const stored = new Set<string>();
  let port: MessagePort | undefined;
  let closed: (() => void) | undefined;

  const isLearner = (actor: unknown): boolean => isObject(actor) && !('member' in actor) && identifierOf(actor as Agent) === self;

  /** One after the other for each document: what is merged is merged into what is there. */
  function inTurn<T>(key: StateKey, work: () => Promise<T>): Promise<T> {
    const name = JSON.stringify([key.activityId, key.stateId]);
    const turn = (saving.get(name) ?? Promise.resolve()).catch(() => undefined).then(work);
    saving.set(name, turn);
    return turn;
  }

  async function answer({ ask, with: given }: Asked): Promise<unknown> {
    const content = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
    switch (ask) {
      case 'open': {
        const { id, title } = (content['course'] ?? {}) as Course;
        options.onOpen?.({ id: String(id), title });
        return { learner, registration, launchMode, ...(returnUrl === undefined ? {} : { returnUrl }) };
      }
      case 'record': {
        const statements = readStatements(content['statements'], isLearner, registration);
        const fresh = statements.filter(({ id }) => !stored.has(id));
        if (fresh.length > 0) await options.record?.(fresh);
        for (const { id } of fresh) stored.add(id);
        return statements.map(({ id }) => id);
      }
      case 'load': {
        const key = readKey(content['key']);
        return inTurn(key, async () => (await options.load(key)) ?? null);
      }
      case 'save': {
        const key = readKey(content['key']);
        const document = readContent(content['content']);
        const whole = content['mode'] === 'replace';
        await inTurn(key, async () => options.save(key, whole ? document : { ...(await options.load(key)), ...document }));
        return null;
      }
      case 'report':
        await options.report(readOutcome(content['outcome']));
        return null;
    }
  }

  async function serve(to: MessagePort, data: unknown): Promise<void> {
    if (isClosing(data, 'closed')) return closed?.();
    const asked = readAsked(data);
    if (!asked) return;
    const { id } = asked;
    let said: Answered;
    try {
      said = { id, value: await answer(asked) };
    } catch (thrown) {
      const error = thrown instanceof DeliveryError ? thrown : asDeliveryError(thrown);
      options.onError?.(error);
      // What went wrong behind the platform is the platform's to know.
      said = { id, error: thrown instanceof DeliveryError ? { code: error.code, message: error.message } : { code: 'server-error', message: 'The platform could not do that now.' } };
    }
    to.postMessage(said);
  }

  function hear(event: MessageEvent<unknown>): void {
    if (event.source === null || event.source !== frame.contentWindow || event.origin !== origin) return;
    const hello = readHello(event.data);
    if (!hello?.versions.includes(PROTOCOL_VERSION)) return;
    // A frame that was loaded anew says hello again; the port of what was there before is nobody's any more.
    port?.close();
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port1.addEventListener('message', ({ data }: MessageEvent<unknown>) => void serve(port1, data));
    port1.start();
    frame.contentWindow?.postMessage({ lectern: 'welcome', version: PROTOCOL_VERSION, nonce: hello.nonce } satisfies Welcome, origin, [port2]);
  }

  view.addEventListener('message', hear);

  return {
    async close(patience = 2_000) {
      view.removeEventListener('message', hear);
      if (!port) return;
      port.postMessage({ lectern: 'closing' });
      await new Promise<void>((resolve) => {
        closed = resolve;
        view.setTimeout(resolve, patience);
      });
      port.close();
    },
  };
}
