import type { Statement } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import type { Platform } from '../platform/platform.js';
import { errorOf, isClosing, readAnswered, type Asked, type Question, type Questions } from './protocol.js';

export interface PortPlatform extends Platform {
  ask<Q extends Question>(question: Q, content: Questions[Q]['question'], timeout?: number): Promise<unknown>;
  /** The page wants to take the frame away. */
  onClosing(run: () => Promise<void>): void;
  close(): void;
}

/** The page around this one, asked through its port. @param timeout milliseconds */
export function createPortPlatform(port: MessagePort, timeout: number): PortPlatform {
  const waiting = new Map<number, (data: ReturnType<typeof readAnswered>) => void>();
  let last = 0;
  let closing: (() => Promise<void>) | undefined;

  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isClosing(data, 'closing')) {
      void (closing?.() ?? Promise.resolve()).catch(() => undefined).finally(() => port.postMessage({ lectern: 'closed' }));
      return;
    }
    const answer = readAnswered(data);
    if (answer) waiting.get(answer.id)?.(answer);
  });
  port.start();

  const ask: PortPlatform['ask'] = (question, content, limit = timeout) => new Promise((resolve, reject) => {
    const id = ++last;
    const timer = setTimeout(() => {
      waiting.delete(id);
      reject(new DeliveryError('timeout', 'The page around this one did not answer in time.'));
    }, limit);
    waiting.set(id, (answer) => {
      waiting.delete(id);
      clearTimeout(timer);
      if (answer?.error) reject(errorOf(answer.error));
      else resolve(answer?.value);
    });
    port.postMessage({ id, ask: question, with: content } satisfies Asked);
  });

  return {
    ask,
    onClosing(run) {
      closing = run;
    },
    // A message is handed over before this returns, whatever becomes of the frame.
    async store(statements) {
      const answer = await ask('record', { statements: statements.map((body) => JSON.parse(body) as Statement) });
      return Array.isArray(answer) ? (answer as unknown[]) : [];
    },
    async load(key, limit) {
      const content = await ask('load', { key }, limit);
      if (content === null || content === undefined) return undefined;
      if (!isObject(content)) throw new DeliveryError('document-invalid', 'The document is not an object.', { field: key.stateId });
      return content;
    },
    async save(key, content, mode) {
      await ask('save', { key, content, mode });
    },
    async report(outcome) {
      await ask('report', { outcome });
    },
    close() {
      port.close();
      waiting.clear();
    },
  };
}
