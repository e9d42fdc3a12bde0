/**
 * The platform's side of LTI Client Side postMessages and Platform Storage (1EdTech, 0.1): where cookies are blocked, a tool in a frame keeps its state and
 * nonce with the page around it. What it keeps is there until the unit closes.
 */
export interface PlatformStorageOptions {
  /** The frame's window, as it is when a message comes. */
  readonly source: () => Window | null | undefined;
  /** The tool's: pages of others get nothing, and what one of them keeps is not another's. */
  readonly origins: readonly string[];
}

/** Entries of one origin, and characters of each name and value: state and nonce need a handful of short ones. */
const MOST_ENTRIES = 64;
const LONGEST_KEY = 255;
const LONGEST_VALUE = 4_096;
const LONGEST_NAME = 100;

const SUBJECTS = ['lti.capabilities', 'lti.get_data', 'lti.put_data'] as const;

type Fault = 'bad_request' | 'storage_exhaustion' | 'unsupported_subject' | 'wrong_origin';

interface Message {
  readonly subject: string;
  readonly message_id: string;
  readonly key?: unknown;
  readonly value?: unknown;
}

export class PlatformStorage {
  readonly #options: PlatformStorageOptions;
  readonly #kept = new Map<string, Map<string, string>>();

  constructor(options: PlatformStorageOptions) {
    this.#options = options;
  }

  /** Answers until the signal is aborted. */
  listen(signal: AbortSignal): void {
    window.addEventListener('message', (event) => this.#hear(event), { signal });
  }

  #hear({ data, origin, source }: MessageEvent): void {
    // Another frame's, or the page's own, are none of ours: not even an answer.
    if (!source || source !== this.#options.source() || !isMessage(data)) return;
    const { subject, message_id: id } = data;
    const answer = (body: object): void => (source as Window).postMessage({ subject: `${subject}.response`, message_id: id, ...body }, origin);
    const fault = (code: Fault, message: string): void => answer({ error: { code, message } });
    // A sandboxed page has no origin that could be trusted, or answered.
    if (origin === 'null') return;
    if (!this.#options.origins.includes(origin)) return fault('wrong_origin', 'The platform knows no tool of this origin.');
    switch (subject) {
      case 'lti.capabilities':
        return answer({ supported_messages: SUBJECTS.map((name) => ({ subject: name })) });
      case 'lti.get_data':
      case 'lti.put_data': {
        const { key, value } = data;
        if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY) return fault('bad_request', `"key" must have 1 to ${LONGEST_KEY} characters.`);
        if (subject === 'lti.get_data') return answer({ key, value: this.#kept.get(origin)?.get(key) ?? null });
        if (value !== null && value !== undefined && typeof value !== 'string') return fault('bad_request', '"value" must be text, or null.');
        if (!this.#keep(origin, key, value ?? undefined)) return fault('storage_exhaustion', `There is room for ${MOST_ENTRIES} entries of ${LONGEST_VALUE} characters.`);
        return answer({ key, value: value ?? null });
      }
      default:
        return fault('unsupported_subject', 'The platform knows no such message.');
    }
  }

  /** @returns whether there was room */
  #keep(origin: string, key: string, value: string | undefined): boolean {
    const entries = this.#kept.get(origin) ?? new Map<string, string>();
    if (value === undefined) {
      entries.delete(key);
      return true;
    }
    if (value.length > LONGEST_VALUE || (!entries.has(key) && entries.size >= MOST_ENTRIES)) return false;
    this.#kept.set(origin, entries.set(key, value));
    return true;
  }
}

/** Whether it is one of the specification's: tools say much else to the page around them. */
function isMessage(data: unknown): data is Message {
  if (typeof data !== 'object' || data === null) return false;
  const { subject, message_id: id } = data as Partial<Record<string, unknown>>;
  return typeof subject === 'string' && subject.startsWith('lti.') && subject.length <= LONGEST_NAME && typeof id === 'string' && id !== '' && id.length <= LONGEST_NAME;
}
