import type { Text } from '../course/course.js';
import { CoreError, type CoreErrorCode } from '../errors/core-error.js';

type Fields = Readonly<Record<string, unknown>>;

const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const LANGUAGE_TAG = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;

/**
 * Reads a JSON value field by field. Every fault is a {@link CoreError} that names the path of the field, and every
 * object is closed: a misspelt optional field is a fault and not a silent default.
 */
export class JsonReader {
  readonly #code: CoreErrorCode;
  readonly #fields: Fields;
  readonly #path: string;
  readonly #read = new Set<string>();

  constructor(value: unknown, path: string, code: CoreErrorCode) {
    this.#code = code;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#fail('must be an object', path);
    this.#fields = value as Fields;
  }

  /** @throws CoreError always */
  fail(field: string, problem: string): never {
    this.#fail(problem, this.#at(field));
  }

  has(field: string): boolean {
    this.#read.add(field);
    return Object.hasOwn(this.#fields, field) && this.#fields[field] !== undefined;
  }

  #at(field: string): string {
    return this.#path === '' ? field : `${this.#path}.${field}`;
  }

  #fail(problem: string, path: string): never {
    throw new CoreError(this.#code, path === '' ? `The value ${problem}.` : `"${path}" ${problem}.`, { field: path });
  }

  #get(field: string): unknown {
    if (!this.has(field)) this.fail(field, 'is missing');
    return this.#fields[field];
  }

  /** Refuses whatever was not read. Names that start with `x-` are the author's own. */
  end(): void {
    for (const name of Object.keys(this.#fields)) {
      if (!this.#read.has(name) && !name.startsWith('x-')) this.fail(name, 'is not a field of this format');
    }
  }

  string(field: string, { max = 2000, pattern }: { max?: number; pattern?: RegExp } = {}): string {
    const value = this.#get(field);
    if (typeof value !== 'string' || value.trim() === '') this.fail(field, 'must be a string with words in it');
    if (value.length > max) this.fail(field, `must have at most ${max} characters`);
    if (pattern && !pattern.test(value)) this.fail(field, `does not have the form ${String(pattern)}`);
    return value;
  }

  /** Letters, digits, `_`, `.` and `-`; 1 to 64 characters. */
  id(field: string): string {
    return this.string(field, { pattern: ID });
  }

  boolean(field: string): boolean {
    const value = this.#get(field);
    if (typeof value !== 'boolean') this.fail(field, 'must be true or false');
    return value;
  }

  number(field: string, { min = -1e6, max = 1e6, above }: { min?: number; max?: number; above?: number } = {}): number {
    const value = this.#get(field);
    if (typeof value !== 'number' || !Number.isFinite(value)) this.fail(field, 'must be a number');
    if (above !== undefined && value <= above) this.fail(field, `must be above ${above}`);
    if (value < min || value > max) this.fail(field, `must be from ${min} to ${max}`);
    return value;
  }

  oneOf<const Value extends string>(field: string, values: readonly Value[]): Value {
    const value = this.#get(field);
    if (!values.includes(value as Value)) this.fail(field, `must be one of ${values.join(', ')}`);
    return value as Value;
  }

  /** Words, or words by language; each up to `max` characters. */
  text(field: string, max = 2000): Text {
    const value = this.#get(field);
    if (typeof value === 'string') return this.string(field, { max });
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fail(field, 'must be a string or a map of language tags to strings');
    }
    const entries = Object.entries(value as Fields);
    if (entries.length === 0) this.fail(field, 'has no language');
    for (const [tag, words] of entries) {
      if (!LANGUAGE_TAG.test(tag)) this.fail(`${field}.${tag}`, 'is not under a BCP 47 language tag');
      if (typeof words !== 'string' || words.trim() === '' || words.length > max) {
        this.fail(`${field}.${tag}`, `must be a string of 1 to ${max} characters`);
      }
    }
    return Object.fromEntries(entries) as Text;
  }

  /** A relative reference, or an `http:` or `https:` URL: a description must not smuggle in a script. */
  url(field: string): string {
    const value = this.string(field, { max: 2048 });
    const scheme = /^\s*([A-Za-z][A-Za-z0-9+.-]*):/.exec(value)?.[1]?.toLowerCase();
    // eslint-disable-next-line no-control-regex -- URL parsers drop tabs and line breaks, even inside a scheme
    if (/[\u0000-\u001f\\]/.test(value) || (scheme !== undefined && scheme !== 'http' && scheme !== 'https')) {
      this.fail(field, 'must be a relative, http: or https: URL');
    }
    return value;
  }

  vector(field: string): readonly [number, number, number] {
    const value = this.#get(field);
    const sound =
      Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'number' && Math.abs(part) <= 1e6);
    if (!sound) this.fail(field, 'must be three numbers');
    const [x, y, z] = value as [number, number, number];
    return [x, y, z];
  }

  object(field: string): JsonReader {
    return new JsonReader(this.#get(field), this.#at(field), this.#code);
  }

  /** @param readBare reads an item that is no object; `undefined` where it may not be one */
  list<Item>(
    field: string,
    { min, max }: { min: number; max: number },
    read: (item: JsonReader) => Item,
    readBare?: (item: unknown) => Item | undefined,
  ): readonly Item[] {
    const value = this.#get(field);
    if (!Array.isArray(value)) this.fail(field, 'must be a list');
    if (value.length < min || value.length > max) this.fail(field, `must have ${min} to ${max} entries`);
    return value.map((item: unknown, index) => {
      const bare = readBare?.(item);
      if (bare !== undefined) return bare;
      const reader = new JsonReader(item, `${this.#at(field)}[${index}]`, this.#code);
      const result = read(reader);
      reader.end();
      return result;
    });
  }

  /** Reads the field where it is present. */
  optional<Value>(field: string, read: (field: string) => Value): Value | undefined {
    return this.has(field) ? read(field) : undefined;
  }
}
