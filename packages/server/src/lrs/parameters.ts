import type { Actor } from '@lectern/core';
import { ServerError } from '../errors.js';
import { identifierOf } from '../database/keys.js';
import { parseMicros } from './timestamp.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The query of a request, read strictly: an unknown, repeated or malformed parameter is refused (xAPI Communication 1.4, 2.1.3). */
export class Parameters {
  readonly #values = new Map<string, string>();

  constructor(url: string, allowed: readonly string[]) {
    for (const [name, value] of new URL(url).searchParams) {
      if (!allowed.includes(name)) throw parameterError(name, `There is no parameter "${name.slice(0, 60)}" here.`);
      if (this.#values.has(name)) throw parameterError(name, `The parameter "${name}" may be given once.`);
      if (value.includes('\u0000')) throw parameterError(name, 'A parameter may not hold the character U+0000.');
      this.#values.set(name, value);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  names(): string[] {
    return [...this.#values.keys()];
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  required(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined || value === '') throw parameterError(name, `The parameter "${name}" is missing.`);
    return value;
  }

  uuid(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value !== undefined && !UUID.test(value)) throw parameterError(name, `"${name}" must be a UUID.`);
    return value?.toLowerCase();
  }

  iri(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value !== undefined && !/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(value)) throw parameterError(name, `"${name}" must be an absolute IRI.`);
    return value;
  }

  requiredIri(name: string): string {
    this.required(name);
    return this.iri(name)!;
  }

  flag(name: string): boolean {
    const value = this.#values.get(name);
    if (value !== undefined && value !== 'true' && value !== 'false') throw parameterError(name, `"${name}" must be true or false.`);
    return value === 'true';
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.#values.get(name);
    if (value !== undefined && !values.includes(value as T)) throw parameterError(name, `"${name}" must be one of ${values.join(', ')}.`);
    return value as T | undefined;
  }

  count(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value !== undefined && !/^\d{1,9}$/.test(value)) throw parameterError(name, `"${name}" must be a whole number from 0.`);
    return value === undefined ? undefined : Number(value);
  }

  /** Microseconds since 1970. */
  instant(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    // A "+" that was not escaped arrives as a space.
    return parseMicros(value.replace(' ', '+')) ?? fail(parameterError(name, `"${name}" must be an RFC 3339 timestamp.`));
  }

  actor(name: string): Actor | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    let actor: unknown;
    try {
      actor = JSON.parse(value);
    } catch (cause) {
      throw new ServerError('parameter-invalid', `"${name}" must be an Agent as JSON.`, { field: name, cause });
    }
    return isActor(actor) && identifierOf(actor) !== undefined
      ? actor
      : fail(parameterError(name, `"${name}" must be an Agent or a Group with exactly one of mbox, mbox_sha1sum, openid and account.`));
  }

  requiredActor(name: string): Actor {
    this.required(name);
    return this.actor(name)!;
  }
}

export const parameterError = (field: string, message: string): ServerError => new ServerError('parameter-invalid', message, { field });

function isActor(value: unknown): value is Actor {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const actor = value as Record<string, unknown>;
  if (actor['objectType'] !== undefined && actor['objectType'] !== 'Agent' && actor['objectType'] !== 'Group') return false;
  const identifiers = ['mbox', 'mbox_sha1sum', 'openid', 'account'].filter((key) => actor[key] !== undefined);
  if (identifiers.length !== 1) return false;
  const identifier = actor[identifiers[0]!];
  switch (identifiers[0]) {
    case 'mbox':
      return typeof identifier === 'string' && /^mailto:[^\s@]+@[^\s@]+$/i.test(identifier);
    case 'mbox_sha1sum':
      return typeof identifier === 'string' && /^[0-9a-f]{40}$/i.test(identifier);
    case 'openid':
      return typeof identifier === 'string' && URL.canParse(identifier);
    default: {
      if (typeof identifier !== 'object' || identifier === null) return false;
      const { homePage, name } = identifier as Record<string, unknown>;
      return typeof homePage === 'string' && URL.canParse(homePage) && typeof name === 'string' && name !== '';
    }
  }
}

function fail(error: Error): never {
  throw error;
}
