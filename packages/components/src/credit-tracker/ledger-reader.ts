import type { LanguageMap, Text } from '@lectern/core';
import { CreditTrackerError } from './credit-tracker-error.js';

type Fields = Readonly<Record<string, unknown>>;

/** No credit, hour or second that a person has reaches this. */
const MAX_NUMBER = 1e9;
const MAX_LENGTH = 4000;

/** Reads an object of a ledger field by field; each fault names the field's path. */
export class LedgerReader {
  readonly #fields: Fields;
  readonly #path: string;
  readonly #file: string | undefined;

  constructor(value: unknown, path: string, file: string | undefined) {
    this.#path = path;
    this.#file = file;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#fail('must be an object', path);
    this.#fields = value as Fields;
  }

  /** `{ [field]: read() }` where the field is there, else nothing to spread. `null` counts as absent: databases say it so. */
  maybe<Name extends string, Value>(field: Name, read: () => Value): { readonly [Key in Name]?: Value } {
    const value = this.#own(field);
    return (value === undefined || value === null ? {} : { [field]: read() }) as { readonly [Key in Name]?: Value };
  }

  object(field: string): LedgerReader {
    return new LedgerReader(this.#own(field), this.#at(field), this.#file);
  }

  string(field: string): string {
    const value = this.#own(field);
    if (typeof value !== 'string' || value === '' || value.length > MAX_LENGTH) this.#fail(`must be a string of 1 to ${MAX_LENGTH} characters`, this.#at(field));
    return value;
  }

  boolean(field: string): boolean {
    const value = this.#own(field);
    if (typeof value !== 'boolean') this.#fail('must be true or false', this.#at(field));
    return value;
  }

  /** From 0 to `max`. */
  number(field: string, max = MAX_NUMBER): number {
    const value = this.anyNumber(field);
    if (value < 0 || value > max) this.#fail(`must be from 0 to ${max}`, this.#at(field));
    return value;
  }

  anyNumber(field: string): number {
    const value = this.#own(field);
    if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > MAX_NUMBER) this.#fail('must be a number', this.#at(field));
    return value;
  }

  oneOf<const Value extends string>(field: string, values: readonly Value[]): Value {
    const value = this.#own(field);
    if (!values.includes(value as Value)) this.#fail(`must be one of ${values.join(', ')}`, this.#at(field));
    return value as Value;
  }

  /** A moment that `Date` understands. */
  time(field: string): string {
    const value = this.string(field);
    if (Number.isNaN(Date.parse(value))) this.#fail('must be an RFC 3339 timestamp', this.#at(field));
    return value;
  }

  text(field: string): Text {
    return typeof this.#own(field) === 'string' ? this.string(field) : this.languageMap(field);
  }

  languageMap(field: string): LanguageMap {
    const map = this.object(field);
    const tags = Object.keys(map.#fields);
    if (tags.length > 200) this.#fail('has too many languages', this.#at(field));
    return Object.fromEntries(tags.map((tag) => [tag, map.string(tag)]));
  }

  list<Item>(field: string, max: number, read: (item: LedgerReader) => Item): readonly Item[] {
    const value = this.#own(field);
    if (!Array.isArray(value)) this.#fail('must be a list', this.#at(field));
    if (value.length > max) this.#fail(`must have at most ${max} entries`, this.#at(field));
    return value.map((item: unknown, index) => read(new LedgerReader(item, `${this.#at(field)}[${index}]`, this.#file)));
  }

  #own(field: string): unknown {
    return Object.hasOwn(this.#fields, field) ? this.#fields[field] : undefined;
  }

  #at(field: string): string {
    return this.#path === '' ? field : `${this.#path}.${field}`;
  }

  #fail(problem: string, path: string): never {
    const details = { ...(path === '' ? {} : { field: path }), ...(this.#file === undefined ? {} : { file: this.#file }) };
    throw new CreditTrackerError('ledger-invalid', path === '' ? `The ledger ${problem}.` : `"${path}" ${problem}.`, details);
  }
}
