import type { CmiTree } from '../frame/protocol.js';

/** The value at a path of a data model; `''` where there is none. */
export function valueAt(cmi: CmiTree | undefined, ...path: readonly string[]): string {
  let node: CmiTree | string | undefined = cmi;
  for (const name of path) node = typeof node === 'object' && node !== null ? node[name] : undefined;
  return typeof node === 'string' ? node : '';
}

/** The subtree at a path. */
export function treeAt(cmi: CmiTree | undefined, ...path: readonly string[]): CmiTree | undefined {
  let node: CmiTree | string | undefined = cmi;
  for (const name of path) node = typeof node === 'object' && node !== null ? node[name] : undefined;
  return typeof node === 'object' && node !== null ? node : undefined;
}

/** The entries of a collection (`interactions`, `objectives`), by their index. */
export function entriesAt(cmi: CmiTree | undefined, ...path: readonly string[]): CmiTree[] {
  const collection = treeAt(cmi, ...path);
  return Object.entries(collection ?? {})
    .filter(([index, entry]) => /^\d+$/.test(index) && typeof entry === 'object' && entry !== null)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, entry]) => entry as CmiTree);
}

export function numberAt(cmi: CmiTree | undefined, ...path: readonly string[]): number | undefined {
  const text = valueAt(cmi, ...path);
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
}

const MAX_DEPTH = 12;

/** Takes a data model from a stranger: trees of strings only, not too deep; numbers become strings, the rest is left out. */
export function readCmi(raw: unknown, depth = 0): CmiTree {
  if (typeof raw !== 'object' || raw === null || depth > MAX_DEPTH) return {};
  const tree: Record<string, CmiTree | string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (name === '__proto__') continue;
    if (typeof value === 'string') tree[name] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') tree[name] = String(value);
    else if (typeof value === 'object' && value !== null) tree[name] = readCmi(value, depth + 1);
  }
  return tree;
}
