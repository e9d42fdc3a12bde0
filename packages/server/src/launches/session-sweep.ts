import type { Log } from '../log.js';
import { abandonExpiredSessions, type AbandonServices } from './abandon-session.js';

export interface SweepOptions extends AbandonServices {
  readonly log: Log;
  /** Milliseconds. */
  readonly interval: number;
}

/** Abandons, from time to time, the sessions that nobody ended (cmi5 9.3.6). Several processes may do so at once. */
export function createSessionSweep(options: SweepOptions): { close(): Promise<void> } {
  const { log, interval } = options;
  let running: Promise<void> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    try {
      await abandonExpiredSessions(options);
    } catch (error) {
      log.error('sessions were not swept', { error });
    }
  };
  const timer = setInterval(() => {
    running = running.then(sweep);
  }, interval);
  timer.unref();
  return {
    close() {
      clearInterval(timer);
      return running;
    },
  };
}
