import { DeliveryError } from '../outbox/delivery-error.js';
import type { ForeignApi, ScormApiName } from './find-api.js';

export type ScormVersion = '1.2' | '2004';

interface CallNames {
  readonly api: ScormApiName;
  readonly initialize: string;
  readonly get: string;
  readonly set: string;
  readonly commit: string;
  readonly finish: string;
  readonly lastError: string;
  readonly errorString: string;
}

/** SCORM 1.2 RTE 3.3.1; SCORM 2004 RTE 3.1.3. */
export const CALLS: Readonly<Record<ScormVersion, CallNames>> = {
  '1.2': {
    api: 'API', initialize: 'LMSInitialize', get: 'LMSGetValue', set: 'LMSSetValue', commit: 'LMSCommit', finish: 'LMSFinish', lastError: 'LMSGetLastError',
    errorString: 'LMSGetErrorString',
  },
  '2004': {
    api: 'API_1484_11', initialize: 'Initialize', get: 'GetValue', set: 'SetValue', commit: 'Commit', finish: 'Terminate', lastError: 'GetLastError', errorString: 'GetErrorString',
  },
};

/** What a call came to. `error` is `0` where all is well, or the LMS does not say. */
export interface Answer {
  readonly ok: boolean;
  readonly value: string;
  readonly error: number;
  /** The call threw: the LMS's window may be gone. */
  readonly gone: boolean;
}

/** An LMS's API, spoken to with care: it may throw, answer numbers or booleans for strings, lack functions, or be gone. Nothing here throws. */
export class ScormCalls {
  readonly version: ScormVersion;
  readonly #find: () => ForeignApi | undefined;
  readonly #names: CallNames;
  #api: ForeignApi | undefined;

  /** @param find looks for the API, again after it was lost */
  constructor(version: ScormVersion, find: () => ForeignApi | undefined) {
    this.version = version;
    this.#names = CALLS[version];
    this.#find = find;
    this.#api = find();
  }

  initialize(): Answer {
    return this.#judged(this.#names.initialize, '');
  }

  /** `ok` also for an empty value, as long as the LMS names no error. */
  get(element: string): Answer {
    const { value, gone } = this.#call(this.#names.get, element);
    const error = gone ? 0 : this.#lastError();
    return { ok: !gone && error === 0, value, error, gone };
  }

  set(element: string, value: string): Answer {
    return this.#judged(this.#names.set, element, value);
  }

  commit(): Answer {
    return this.#judged(this.#names.commit, '');
  }

  finish(): Answer {
    return this.#judged(this.#names.finish, '');
  }

  /** What the LMS says of its last error, for people who look after it. */
  describe({ error, gone }: Answer): string {
    if (gone) return 'The LMS’s window does not answer any more.';
    const { value } = this.#call(this.#names.errorString, String(error));
    return `error ${error}${value ? ` (${value.slice(0, 300)})` : ''}`;
  }

  #judged(name: string, ...args: string[]): Answer {
    const { value, gone } = this.#call(name, ...args);
    // Booleans and 1 for "true" are common; what says nothing is a no.
    const ok = !gone && /^(true|1)$/i.test(value);
    return { ok, value, error: ok || gone ? 0 : this.#lastError(), gone };
  }

  #lastError(): number {
    const { value } = this.#call(this.#names.lastError);
    return Number.parseInt(value, 10) || 0;
  }

  #call(name: string, ...args: string[]): { readonly value: string; readonly gone: boolean } {
    this.#api ??= this.#find();
    try {
      const call = this.#api?.[name];
      if (typeof call !== 'function') return { value: '', gone: this.#api === undefined };
      return { value: text((call as (...args: string[]) => unknown).apply(this.#api, args)), gone: false };
    } catch {
      this.#api = undefined;
      return { value: '', gone: true };
    }
  }
}

function text(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      // A Java string, or nothing: LiveConnect is gone, but wrappers of it are not.
      return value === null || value === undefined ? '' : String((value as { toString(): string }).toString());
  }
}

export const lmsFault = (code: 'lms-refused' | 'lms-gone', message: string, field?: string): DeliveryError =>
  new DeliveryError(code, message, field === undefined ? {} : { field });
