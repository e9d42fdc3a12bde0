import type { Agent } from '@lectern/core';
import { readableJson } from './readable-json.js';
import { identifierOnly, type PreparedStatement } from './prepare-statement.js';

/** Definitions and names that were not stored lately, each with the place of the request that tells it. */
export interface NewNames {
  readonly activities: { readonly request: number; readonly key: string; readonly id: string; readonly definition: string; readonly onlyNew: boolean }[];
  readonly people: { readonly request: number; readonly key: string; readonly identifier: string; readonly name: string | undefined }[];
}

/** Characters. */
const REMEMBERED = 4_000_000;
/** Levels of a definition that are compared; what is deeper counts as new. */
const DEPTH = 12;

/** What this process has stored lately of how activities and people are called: most statements repeat it. */
export class RecentNames {
  readonly #definitions = new Map<string, { readonly definition: object; readonly onlyNew: boolean }>();
  readonly #people = new Map<string, string>();
  #size = 0;

  /** Remembers what is new. In the order of the statements, so that the newer words win. */
  take(requests: readonly (readonly PreparedStatement[])[]): NewNames {
    const found: NewNames = { activities: [], people: [] };
    requests.forEach((statements, request) => {
      for (const { definitions, people } of statements) {
        for (const { key, id, definition, onlyNew } of definitions) {
          const known = this.#definitions.get(key);
          // What stands only where nothing does is known already, whatever it says.
          if (known && (onlyNew || (!known.onlyNew && isSame(known.definition, definition, DEPTH)))) continue;
          const text = readableJson(definition);
          this.#count(key.length + text.length);
          this.#definitions.set(key, { definition, onlyNew });
          found.activities.push({ request, key, id, definition: text, onlyNew });
        }
        for (const { key, agent } of people) {
          const name = nameOf(agent);
          if (this.#people.get(key) === (name ?? '')) continue;
          this.#count(key.length + (name?.length ?? 0));
          this.#people.set(key, name ?? '');
          found.people.push({ request, key, identifier: JSON.stringify(identifierOnly(agent)), name });
        }
      }
    });
    return found;
  }

  clear(): void {
    this.#definitions.clear();
    this.#people.clear();
    this.#size = 0;
  }

  #count(characters: number): void {
    if (this.#size > REMEMBERED) this.clear();
    this.#size += characters;
  }
}

/** PostgreSQL's text has no U+0000. */
const nameOf = ({ name }: Agent): string | undefined => (name?.includes('\0') ? name.replaceAll('\0', '') : name) || undefined;

/** Whether two values of JSON are the same, the order of keys included. */
function isSame(a: unknown, b: unknown, depth: number): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (depth === 0 || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  const others = Object.keys(right);
  if (keys.length !== others.length) return false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key !== others[i] || !isSame(left[key], right[key], depth - 1)) return false;
  }
  return true;
}
