import type { NavigationRequest, NavigationValidity } from '@lectern/core';
import type { Answer } from './data-model.js';

const STEPS = ['continue', 'previous', 'exit', 'exitAll', 'abandon', 'abandonAll', 'suspendAll'] as const;
const TARGETED = /^\{target=(.+)\}(choice|jump)$/s;
const VALID = /^adl\.nav\.request_valid\.(choice|jump)\.\{target=(.+)\}$/s;
const NONE = '_none_';

/** The navigation data model (RTE 4.4): what content asks for at its end, and whether it would be granted. */
export class NavigationData {
  #request = NONE;
  validity: NavigationValidity | undefined;

  constructor(validity: NavigationValidity | undefined) {
    this.validity = validity;
  }

  /** What is asked for; `undefined`: nothing. */
  get request(): NavigationRequest | undefined {
    const step = STEPS.find((name) => name === this.#request);
    if (step) return { request: step };
    const match = TARGETED.exec(this.#request);
    return match ? { request: match[2] as 'choice' | 'jump', target: match[1]! } : undefined;
  }

  get(name: string): Answer {
    if (name === 'adl.nav.request') return { value: this.#request };
    if (name === 'adl.nav.request_valid.continue') return { value: word(this.validity?.continue) };
    if (name === 'adl.nav.request_valid.previous') return { value: word(this.validity?.previous) };
    const match = VALID.exec(name);
    if (!match) return { error: /\._(children|count|version)$/.test(name) ? 301 : 401 };
    const targets = this.validity?.[match[1] as 'choice' | 'jump'];
    // A place that the course does not have cannot be gone to.
    return { value: targets === undefined ? 'unknown' : word(Object.hasOwn(targets, match[2]!) && targets[match[2]!]) };
  }

  set(name: string, value: string): number {
    if (name === 'adl.nav.request') {
      if (value !== NONE && !STEPS.some((step) => step === value) && !TARGETED.test(value)) return 406;
      this.#request = value;
      return 0;
    }
    return 'value' in this.get(name) || /\._(children|count|version)$/.test(name) ? 404 : 401;
  }
}

const word = (valid: boolean | undefined): string => (valid === undefined ? 'unknown' : String(valid));
