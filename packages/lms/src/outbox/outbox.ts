import { createDatabase } from './database.js';
import { environmentOf, type OutboxOptions } from './environment.js';
import { openQueue, type OutboxQueue, type QueueOptions } from './queue.js';

/** Keeps records safe in the browser until they have arrived. One may serve several queues, each on its own: one that is down holds up nobody. */
export interface Outbox {
  /** Opens a queue; what earlier pages left in it is sent. */
  open(options: QueueOptions): OutboxQueue;
  /** Closes every queue it has opened, then the database. */
  close(): Promise<void>;
}

/**
 * Makes an outbox: a synchronous journal in `localStorage`, the durable store in IndexedDB, one sender among all pages by Web Locks.
 * Changes nothing until a queue is opened.
 */
export function createOutbox(options: OutboxOptions = {}): Outbox {
  const environment = environmentOf(options);
  const database = createDatabase(environment.database, environment.timers, environment.signal);
  const queues = new Set<OutboxQueue>();
  environment.signal?.addEventListener('abort', () => database.close(), { once: true });
  return {
    open(queueOptions) {
      const queue = openQueue(queueOptions, environment, database);
      queues.add(queue);
      return queue;
    },
    async close() {
      await Promise.all([...queues].map((queue) => queue.close()));
      queues.clear();
      database.close();
    },
  };
}
