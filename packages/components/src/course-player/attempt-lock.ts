import { newUuid, type Course, type LmsConnection } from '@lectern/core';
import { UNRECORDED } from '../internal/unrecorded.js';
import { PlayerError } from './player-error.js';

/** The right to be the one place where an attempt goes on. */
export interface AttemptLock {
  /** Gives it back; another place may take it. */
  release(): void;
}

/** Milliseconds that the other place gets to save what it has. One that is frozen does not answer. */
const FAREWELL = 4_000;

/** Milliseconds that a player which has just been taken off this page, or a page that is just being left, gets to let go. */
const GRACE = 1_500;

/**
 * Takes the right to an attempt, so that two tabs (or two players on a page) do not count the same time twice. Who takes over asks first: the other place ends its unit,
 * saves, and gives the right away, so that nothing is missing when the attempt goes on here.
 * @param name of the attempt: course, learner and registration
 * @param takeOver whatever other place has it
 * @param lost ends what goes on here; called once, when another place takes over
 * @returns `undefined` when another place has it. Where the browser has no locks to give (insecure pages, some sandboxes), everybody gets one.
 */
export async function holdAttempt(name: string, takeOver: boolean, lost: () => Promise<void>): Promise<AttemptLock | undefined> {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (!locks) return { release: () => undefined };
  const lock = `lectern attempt ${name}`;
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  const channel = new BroadcastChannel(lock);
  let given = false;
  const free = (): void => {
    given = false;
    channel.close();
    release();
  };
  const lose = async (): Promise<void> => {
    if (!given) return;
    given = false;
    await lost().catch(() => undefined);
    free();
  };

  const ask = (options: LockOptions): Promise<boolean> =>
    new Promise((resolve, reject) => {
      locks
        .request(lock, options, (granted) => {
          given = granted !== null;
          resolve(given);
          return given ? held : undefined;
        })
        // Stolen from here, or not given at all.
        .catch((error: unknown) => (given ? void lose() : reject(error as Error)));
    });

  try {
    if (!takeOver) {
      const signal = AbortSignal.timeout(GRACE);
      try {
        await ask({ signal });
      } catch (error) {
        if (!signal.aborted) throw error;
        channel.close();
        return undefined;
      }
    } else {
      channel.postMessage('take over');
      await ask({ signal: AbortSignal.timeout(FAREWELL) }).catch(() => ask({ steal: true }));
    }
  } catch {
    return { release: free };
  }
  channel.onmessage = () => void lose();
  return { release: free };
}

/** A learner's attempt on a course, which goes on here. */
export interface AttemptClaim extends AttemptLock {
  /** Says who had it last. */
  readonly mark: string;
  /** No other place has had it since the claim with the mark that was handed in. */
  readonly unchanged: boolean;
}

/**
 * Takes the right to a learner's attempt on a course, where anything in it counts.
 * @param mark of the last claim from here
 * @throws PlayerError `attempt-elsewhere`
 */
export async function claimAttempt(course: Course, connection: LmsConnection, takeOver: boolean, lost: () => Promise<void>, mark?: string): Promise<AttemptClaim> {
  const { plugin, launchMode, registration, learner } = connection;
  if (plugin === UNRECORDED || launchMode !== 'Normal') return { mark: '', unchanged: true, release: () => undefined };
  const name = JSON.stringify([course.id, registration, learner]);
  const lock = await holdAttempt(name, takeOver, lost);
  if (!lock) throw new PlayerError('attempt-elsewhere', 'The course is open in another tab or window.');
  const mine = newUuid();
  return { ...lock, mark: mine, unchanged: exchangeMark(keyOf(registration), mine) === mark };
}

/** Of the registration alone, which is random: `localStorage` outlives a sign-out, and of a hash that had the learner in it one could try names. */
function keyOf(registration: string): string {
  let hash = 0;
  for (const char of registration) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) | 0;
  return `lectern.attempt.${(hash >>> 0).toString(36)}`;
}

/** Two attempts of one key only make a record be read once more than needed. Where there is no storage, it always is. */
function exchangeMark(key: string, mine: string): string | undefined {
  try {
    const before = localStorage.getItem(key) ?? undefined;
    localStorage.setItem(key, mine);
    return before;
  } catch {
    return '';
  }
}
