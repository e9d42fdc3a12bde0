import { DeliveryError } from '../outbox/delivery-error.js';
import { readActor } from '../xapi/read-actor.js';
import { readHttpUrl } from '../xapi/launch.js';
import type { Agent } from '@lectern/core';

const invalid = (field: string, message: string, clause?: string): DeliveryError =>
  new DeliveryError('launch-invalid', message, { field, ...(clause === undefined ? {} : { clause }) });

/** More of an address than an honest launch needs. */
const MOST = 32 * 1024;

/** What a launch has put into a page's address. Whoever can make a learner open a link can write it, so all of it is judged. */
export class LaunchParameters {
  readonly #given: URLSearchParams;
  readonly #clause: string;

  /**
   * @param search with or without its question mark
   * @param clause of the standard that says what has to be there
   */
  constructor(search: string, clause: string) {
    this.#given = new URLSearchParams(search.length > MOST ? '' : search);
    this.#clause = clause;
  }

  has(...names: readonly string[]): boolean {
    return names.every((name) => this.#given.has(name));
  }

  /** @throws DeliveryError `launch-invalid` when it is there more than once: which of them is meant, only the one who wrote it knows */
  optional(name: string): string | undefined {
    const values = this.#given.getAll(name);
    if (values.length > 1) throw invalid(name, `The launch has "${name}" ${values.length} times.`, this.#clause);
    return values[0] === '' ? undefined : values[0];
  }

  /** @throws DeliveryError `launch-invalid` */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw invalid(name, `The launch has no "${name}".`, this.#clause);
    return value;
  }

  /**
   * An http(s) URL to send to. A page served by https cannot reach one by http, and must not.
   * @param allowed origins it may have; absent: any
   * @throws DeliveryError `launch-invalid`
   */
  url(name: string, page: string, allowed?: readonly string[]): string {
    const url = new URL(readHttpUrl(this.required(name), name, 'about:invalid'));
    if (url.username || url.password) throw invalid(name, `"${name}" has a password in it.`, this.#clause);
    if (page.startsWith('https:') && url.protocol === 'http:' && !isLocal(url.hostname)) throw invalid(name, `"${name}" is not https, and this page is.`, this.#clause);
    if (allowed && !allowed.includes(url.origin)) throw invalid(name, `"${name}" names ${url.origin}, where this page sends nothing.`, this.#clause);
    return url.href;
  }

  /** @throws DeliveryError `launch-invalid` */
  registration(): string | undefined {
    const value = this.optional('registration');
    if (value !== undefined && !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) throw invalid('registration', 'The registration is not a UUID.', this.#clause);
    return value?.toLowerCase();
  }

  /** @throws DeliveryError `launch-invalid` */
  activity(name: string): string {
    const value = this.required(name);
    if (!/^[a-z][a-z\d+.-]*:\S+$/i.test(value)) throw invalid(name, `"${name}" is not an IRI.`, this.#clause);
    return value;
  }

  /** @throws DeliveryError `launch-invalid`, its `field` `actor` or below */
  actor(read: (value: unknown) => Agent = readActor): Agent {
    let value: unknown;
    try {
      value = JSON.parse(this.required('actor'));
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      throw new DeliveryError('launch-invalid', 'The actor is not JSON.', { field: 'actor', clause: this.#clause, cause: error });
    }
    return read(value);
  }
}

/** A browser takes these for secure (W3C Secure Contexts, 3.1). */
const isLocal = (hostname: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.+\.localhost)$/.test(hostname);
