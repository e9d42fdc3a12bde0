import type { JournalStorage } from '../outbox/journal.js';
import { ScormSession, type ScormSurroundings } from './connection.js';
import type { ForeignApi } from './find-api.js';
import { readLaunch } from './launch.js';
import { ScormCalls, type ScormVersion } from './scorm-calls.js';

export const COURSE_ID = 'https://courses.example/knots';

export function memoryStorage(): JournalStorage & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}

/** Time that only moves when told to. */
export class StillTime implements Pick<ScormSurroundings, 'now' | 'every' | 'after'> {
  #now = 0;
  readonly #jobs = new Set<{ at: number; readonly again?: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  every(milliseconds: number, run: () => void): () => void {
    return this.#add({ at: this.#now + milliseconds, again: milliseconds, run });
  }

  after(milliseconds: number, run: () => void): () => void {
    return this.#add({ at: this.#now + milliseconds, run });
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const next = [...this.#jobs].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = next.at;
      if (next.again) next.at += next.again;
      else this.#jobs.delete(next);
      next.run();
    }
    this.#now = end;
  }

  #add(job: { at: number; readonly again?: number; readonly run: () => void }): () => void {
    this.#jobs.add(job);
    return () => this.#jobs.delete(job);
  }
}

export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One launch of content in an LMS. */
export function launchIn(version: ScormVersion, api: ForeignApi, options: { readonly storage?: JournalStorage; readonly time?: StillTime } = {}): { session: ScormSession; time: StillTime } {
  const time = options.time ?? new StillTime();
  const calls = new ScormCalls(version, () => api);
  const { now, every, after } = { now: () => time.now(), every: time.every.bind(time), after: time.after.bind(time) };
  const session = new ScormSession(calls, readLaunch(calls, 'https://lms.example'), COURSE_ID, { storage: options.storage, now, every, after });
  return { session, time };
}

interface Faults {
  /** Elements whose SetValue is refused, with the error. */
  readonly refuse?: Readonly<Record<string, number>>;
  /** Characters of suspend_data that are kept; more is cut (`silently`) or refused. */
  readonly room?: number;
  readonly silently?: boolean;
  /** Results as other types than strings. */
  readonly odd?: boolean;
}

/** An LMS of few words: keeps what it is told when it commits, and can be told to misbehave. */
export class PlainLms {
  readonly kept: Record<string, string>;
  readonly calls: string[] = [];
  commits = 0;
  refuseCommit = false;
  gone = false;
  faults: Faults = {};
  #pending: Record<string, string> = {};
  #error = 0;
  readonly version: ScormVersion;

  constructor(version: ScormVersion, kept: Record<string, string> = {}) {
    this.version = version;
    this.kept = kept;
  }

  get api(): ForeignApi {
    const prefix = this.version === '1.2' ? 'LMS' : '';
    const answer = (ok: boolean): unknown => (this.faults.odd ? (ok ? 1 : 0) : String(ok));
    const guard = <A extends unknown[], R>(name: string, run: (...args: A) => R) => (...args: A): R => {
      if (this.gone) throw new Error('Permission denied to access property');
      this.calls.push(`${name}(${args.join(', ')})`);
      return run(...args);
    };
    return {
      [`${prefix}Initialize`]: guard('Initialize', () => answer(true)),
      [`${prefix}${this.version === '1.2' ? 'Finish' : 'Terminate'}`]: guard('Finish', () => {
        Object.assign(this.kept, this.#pending);
        return answer(true);
      }),
      [`${prefix}GetValue`]: guard('Get', (element: string) => {
        this.#error = 0;
        const value = this.#pending[element] ?? this.kept[element];
        if (value === undefined && !/_(children|count)$/.test(element)) this.#error = 403;
        return value ?? (/\.(objectives|interactions)\._children$/.test(element) ? 'id,status' : element.endsWith('_count') ? 0 : '');
      }),
      [`${prefix}SetValue`]: guard('Set', (element: string, value: string) => {
        const { refuse = {}, room, silently } = this.faults;
        this.#error = refuse[element] ?? (element === 'cmi.suspend_data' && room !== undefined && !silently && value.length > room ? 405 : 0);
        if (this.#error) return answer(false);
        this.#pending[element] = element === 'cmi.suspend_data' && room !== undefined ? value.slice(0, room) : value;
        return answer(true);
      }),
      [`${prefix}Commit`]: guard('Commit', () => {
        this.#error = this.refuseCommit ? 101 : 0;
        if (this.refuseCommit) return answer(false);
        this.commits++;
        Object.assign(this.kept, this.#pending);
        this.#pending = {};
        return answer(true);
      }),
      ...(this.faults.odd ? {} : { [`${prefix}GetLastError`]: guard('Error', () => this.#error), [`${prefix}GetErrorString`]: guard('ErrorString', () => 'words') }),
    };
  }
}
