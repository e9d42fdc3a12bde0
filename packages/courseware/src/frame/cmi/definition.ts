import type { DataType, ValueError } from './data-types.js';

/** A value in the tree: text, or what is below. */
export type Stored = { [name: string]: Stored | Stored[] | string | undefined };

/** One value (RTE 4.2). */
export interface Leaf {
  readonly kind: 'leaf';
  readonly access: 'rw' | 'ro' | 'wo';
  readonly type: DataType;
  /** What is read before anything was set. Absent: reading is error 403. */
  readonly default?: string;
  /** What else must be so before it may be set. `holder`: the entry it is in; `parents`: those above. */
  check?(value: string, holder: Stored, parents: readonly (Stored | Stored[])[]): DependencyError | undefined;
  /** Overrides the tree for reading. @returns `undefined`: not initialised */
  read?(holder: Stored): string | undefined;
}

export type DependencyError = ValueError | 351 | 408;

export interface Struct {
  readonly kind: 'struct';
  readonly children: Readonly<Record<string, Definition>>;
  /** It answers `_children`. */
  readonly listed?: boolean;
}

export interface Collection {
  readonly kind: 'collection';
  readonly item: Struct;
  /** The value that must be set first in a new entry. Absent: any. */
  readonly key?: string;
  /** It answers `_children`, and not only `_count`. */
  readonly listed?: boolean;
  /** Entries cannot be added. */
  readonly fixed?: boolean;
  /** Whether an entry may be added at all. */
  add?(parents: readonly (Stored | Stored[])[]): 351 | 408 | undefined;
}

export type Definition = Leaf | Struct | Collection;

export const leaf = (access: Leaf['access'], type: DataType, more: Omit<Leaf, 'kind' | 'access' | 'type'> = {}): Leaf => ({ kind: 'leaf', access, type, ...more });
export const struct = (children: Struct['children'], listed = false): Struct => ({ kind: 'struct', children, listed });
export const collection = (item: Struct, more: Omit<Collection, 'kind' | 'item'> = {}): Collection => ({ kind: 'collection', item, ...more });

export const textAt = (holder: Stored | undefined, name: string): string | undefined => {
  const value = holder && Object.hasOwn(holder, name) ? holder[name] : undefined;
  return typeof value === 'string' ? value : undefined;
};
