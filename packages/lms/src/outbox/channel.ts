import type { Consent } from '@lectern/core';
import type { DeliveryReason } from './delivery-error.js';
import { isObject } from './record.js';

/** What pages of one queue tell each other. */
export type QueueMessage =
  | { readonly type: 'stored'; readonly ids: readonly string[] }
  | { readonly type: 'failed'; readonly id: string; readonly reason: DeliveryReason }
  /** There is something to send; its page may die before it does. */
  | { readonly type: 'waiting' }
  /** The LRS asked to be left alone until then (epoch milliseconds). */
  | { readonly type: 'busy'; readonly until: number }
  /** The learner's word, for every page of the queue. */
  | { readonly type: 'consent'; readonly consent: Consent }
  /** Everything up to this position is given up. */
  | { readonly type: 'purged'; readonly until: number; readonly reason: DeliveryReason };

const VERSION = 1;

export interface QueueChannel {
  post(message: QueueMessage): void;
  close(): void;
}

/** Pages of another version are not understood and not answered: the outbox is right without any message, only slower. */
export function openChannel(name: string, listener: (message: QueueMessage) => void): QueueChannel {
  if (typeof BroadcastChannel === 'undefined') return { post: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(name);
  // In Node an open channel would keep the process alive.
  (channel as { unref?: () => void }).unref?.();
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isObject(data) && data['v'] === VERSION) listener(data as unknown as QueueMessage);
  };
  let open = true;
  return {
    post(message) {
      if (open) channel.postMessage({ v: VERSION, ...message });
    },
    close() {
      open = false;
      channel.close();
    },
  };
}
