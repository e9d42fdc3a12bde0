import type { DeliveryError } from '../outbox/delivery-error.js';
import type { KeptDocuments, Packed } from './kept-documents.js';
import { lmsFault, type ScormCalls, type ScormVersion } from './scorm-calls.js';
import { thinUnit } from './thin-unit.js';

const ELEMENT = 'cmi.suspend_data';

/** Characters, the roomiest first: SCORM 1.2 (RTE 3.4.4) 4,096; 2004 3rd and 4th Edition (RTE 4.2.23) 64,000, 2nd Edition 4,000. The last are for hosts that count otherwise. */
const LIMITS: Readonly<Record<ScormVersion, readonly number[]>> = { '1.2': [4096, 4000, 2000, 1000], '2004': [64_000, 4000, 2000, 1000] };

/** What pages store by themselves, as the unit's resume data: `<activity> lectern.page`, `… lectern.h5p`. */
export const isPageState = (document: string): boolean => /(?:^| )lectern\.(?:page|h5p)$/.test(document);

/** The one string an LMS keeps for content. */
export class SuspendData {
  readonly #calls: ScormCalls;
  #limit: number;

  constructor(calls: ScormCalls) {
    this.#calls = calls;
    this.#limit = LIMITS[calls.version][0]!;
  }

  pack(documents: KeptDocuments): Packed {
    return documents.pack(this.#limit, thinUnit, isPageState);
  }

  /** Sets it, smaller where the LMS takes no more, or has silently cut what it was given. */
  save(documents: KeptDocuments): { readonly fault?: DeliveryError; readonly cut: readonly string[] } {
    const calls = this.#calls;
    for (;;) {
      const { text, cut } = this.pack(documents);
      const answer = calls.set(ELEMENT, text);
      if (answer.gone) return { fault: lmsFault('lms-gone', calls.describe(answer), ELEMENT), cut: [] };
      const kept = answer.ok ? calls.get(ELEMENT) : undefined;
      if (answer.ok && (!kept?.ok || kept.value === text || !text.startsWith(kept.value) || kept.value === '')) return { cut };
      const smaller = kept ? kept.value.length : LIMITS[calls.version].find((limit) => limit < Math.min(this.#limit, text.length));
      if (smaller === undefined || smaller < 100 || smaller >= this.#limit) {
        return { fault: lmsFault('lms-refused', `The LMS does not keep the learner’s place: ${calls.describe(answer)}`, ELEMENT), cut: documents.names };
      }
      this.#limit = smaller;
    }
  }
}
