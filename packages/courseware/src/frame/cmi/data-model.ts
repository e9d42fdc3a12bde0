import type { CmiTree } from '../protocol.js';
import { textAt, type Collection, type Definition, type Leaf, type Stored, type Struct } from './definition.js';

/** What a call comes to: a value, or the code of an error (RTE 3.1.7). */
export type Answer = { readonly value: string } | { readonly error: number };

type Place =
  | { readonly leaf: Leaf; readonly name: string; readonly holder: Stored; readonly parents: readonly (Stored | Stored[])[]; readonly fresh?: Fresh }
  | { readonly keyword: string }
  | { readonly error: number };

/** An entry that setting a value would add. */
interface Fresh {
  readonly list: Stored[];
  readonly key: string | undefined;
  /** Where the list itself is new. */
  attach(): void;
}

/** A tree of values by a definition, addressed in SCORM's dotted names. */
export class DataModel {
  readonly #definition: Struct;
  readonly root: Stored;

  /** @param values as they were kept; what the definition does not know is left out */
  constructor(definition: Struct, values: CmiTree) {
    this.#definition = definition;
    this.root = adopt(definition, values) as Stored;
  }

  get(name: string): Answer {
    const place = this.#locate(name, false);
    if ('error' in place) return { error: place.error };
    if ('keyword' in place) return { value: place.keyword };
    const { leaf, holder, name: last } = place;
    if (leaf.access === 'wo') return { error: 405 };
    const value = leaf.read ? leaf.read(holder) : (textAt(holder, last) ?? leaf.default);
    return value === undefined ? { error: 403 } : { value };
  }

  /** @returns the code of what is wrong, or 0 */
  set(name: string, value: string): number {
    const place = this.#locate(name, true);
    if ('error' in place) return place.error;
    if ('keyword' in place) return 404;
    const { leaf, holder, name: last, parents, fresh } = place;
    if (leaf.access === 'ro') return 404;
    if (fresh?.key !== undefined && fresh.key !== last) return 408;
    const error = leaf.type(value) ?? leaf.check?.(value, holder, parents);
    if (error !== undefined) return error;
    if (fresh) {
      fresh.attach();
      fresh.list.push(holder);
    }
    holder[last] = value;
    return 0;
  }

  /** The values as data, collections by index. */
  snapshot(): CmiTree {
    return toTree(this.root) as CmiTree;
  }

  #locate(name: string, setting: boolean): Place {
    const parts = name.split('.');
    let definition: Struct = this.#definition;
    let holder: Stored = this.root;
    const parents: (Stored | Stored[])[] = [];
    let fresh: Fresh | undefined;
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at]!;
      const isLast = at === parts.length - 1;
      if (part === '_children') return isLast && definition.listed ? { keyword: Object.keys(definition.children).join(',') } : { error: unknown(part, setting) };
      if (part === '_count') return { error: unknown(part, setting) };
      const next: Definition | undefined = Object.hasOwn(definition.children, part) ? definition.children[part] : undefined;
      if (!next) return { error: 401 };
      if (next.kind === 'leaf') {
        if (!isLast) return { error: unknown(parts[at + 1]!, setting) };
        return { leaf: next, name: part, holder, parents, ...(fresh ? { fresh } : {}) };
      }
      if (isLast) return { error: 401 };
      const below: Stored[string] = Object.hasOwn(holder, part) ? holder[part] : undefined;
      if (next.kind === 'struct') {
        const struct = (below as Stored | undefined) ?? {};
        // An empty branch says nothing; it may as well be there.
        if (setting && below === undefined) holder[part] = struct;
        parents.push(holder);
        holder = struct;
        definition = next;
        continue;
      }
      const list = (below as Stored[] | undefined) ?? [];
      const index = parts[at + 1]!;
      const entered = enter(next, list, index, at + 1 === parts.length - 1, setting, [...parents, holder]);
      if (!('entry' in entered)) return entered;
      if (entered.isNew) {
        if (fresh) return { error: 408 };
        const owner = holder;
        fresh = { list, key: next.key, attach: () => void (owner[part] = list) };
      }
      parents.push(holder, list);
      holder = entered.entry;
      definition = next.item;
      at += 1;
    }
    return { error: 401 };
  }
}

/** A keyword where there is none (RTE 3.1.7.5, 3.1.7.6). */
function unknown(part: string, setting: boolean): number {
  if (part === '_children' || part === '_count' || part === '_version') return setting ? 404 : 301;
  return 401;
}

function enter(
  { listed, fixed, add, item }: Collection,
  list: Stored[],
  index: string,
  isLast: boolean,
  setting: boolean,
  parents: readonly (Stored | Stored[])[],
): { readonly entry: Stored; readonly isNew: boolean } | { readonly keyword: string } | { readonly error: number } {
  if (index === '_count' && isLast) return { keyword: String(list.length) };
  if (index === '_children' && isLast && listed) return { keyword: Object.keys(item.children).join(',') };
  if (!/^\d+$/.test(index)) return { error: unknown(index, setting) };
  const place = Number(index);
  if (place < list.length) return { entry: list[place]!, isNew: false };
  if (!setting) return { error: 301 };
  if (fixed) return { error: isLast ? 401 : 404 };
  if (place > list.length) return { error: 351 };
  const error = add?.(parents);
  return error === undefined ? { entry: {}, isNew: true } : { error };
}

/** Kept values in the shape of the definition. */
function adopt(definition: Definition, raw: unknown): Stored | Stored[] | string | undefined {
  if (definition.kind === 'leaf') return typeof raw === 'string' ? raw : undefined;
  if (typeof raw !== 'object' || raw === null) return definition.kind === 'struct' ? {} : undefined;
  if (definition.kind === 'collection') {
    const entries = Object.entries(raw).filter(([index]) => /^\d+$/.test(index));
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, entry]) => adopt(definition.item, entry) as Stored);
  }
  const stored: Stored = {};
  for (const [name, child] of Object.entries(definition.children)) {
    const value = Object.hasOwn(raw, name) ? adopt(child, (raw as Record<string, unknown>)[name]) : undefined;
    if (value !== undefined) stored[name] = value;
  }
  return stored;
}

function toTree(stored: Stored[string]): CmiTree | string | undefined {
  if (typeof stored === 'string' || stored === undefined) return stored;
  const entries = Object.entries(stored).flatMap(([name, value]): [string, CmiTree | string][] => {
    const tree = toTree(value as Stored[string]);
    return tree === undefined || (typeof tree === 'object' && Object.keys(tree).length === 0 && !Array.isArray(stored)) ? [] : [[name, tree]];
  });
  return Object.fromEntries(entries);
}
