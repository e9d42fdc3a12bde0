import { createHash } from 'node:crypto';
import { parseDuration } from '@lectern/core';

/** What an LRS may set or change, and what is not part of a statement's meaning (xAPI Data 2.3.1, Communication 2.1.1.s2). */
const LEFT_OUT = new Set(['id', 'stored', 'authority', 'version', 'timestamp']);

/**
 * A hash that is equal for statements with equal meaning: told again after a lost answer, a statement is the same one
 * whatever the order of its keys, the precision of its durations, or the words of its definitions. The timestamp is compared apart.
 */
export function contentHash(statement: Readonly<Record<string, unknown>>): Buffer {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(statement)) if (!LEFT_OUT.has(key)) kept[key] = statement[key];
  return createHash('sha256').update(canonical(kept, [])).digest();
}

/** `path` is one array that grows and shrinks with the walk: this runs for every statement that is stored. */
function canonical(value: unknown, path: string[]): string {
  if (Array.isArray(value)) {
    const parts = value.map((item) => canonical(item, path));
    if (path.at(-1) === 'member' || isContextActivities(path)) parts.sort(); // order has no meaning there
    return `[${parts.join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return scalar(value, path);
  const record = value as Readonly<Record<string, unknown>>;
  let text = '{';
  for (const key of Object.keys(record).sort()) {
    if (isWords(key, path)) continue;
    path.push(key);
    text += `${JSON.stringify(key)}:${canonical(record[key], path)},`;
    path.pop();
  }
  return `${text}}`;
}

function scalar(value: unknown, path: readonly string[]): string {
  if (path.at(-1) === 'duration' && path.at(-2) === 'result' && typeof value === 'string') {
    const seconds = parseDuration(value);
    if (seconds !== undefined) return `duration ${Math.floor(seconds * 100 + 1e-6)}`; // Data 4.6: compared to 0.01 s
  }
  const isReference = path.at(-1) === 'id' && (path.at(-2) === 'object' || path.at(-2) === 'statement');
  return JSON.stringify(isReference && typeof value === 'string' && /^[0-9a-f-]{36}$/i.test(value) ? value.toLowerCase() : value) ?? 'null';
}

/** Display texts and definitions may be changed or completed by the LRS; defaults may be spelled out. */
function isWords(key: string, path: readonly string[]): boolean {
  const parent = path.at(-1);
  if (path.includes('extensions')) return false;
  return (key === 'display' && parent === 'verb') || (key === 'definition' && (parent === 'object' || isContextActivities(path)))
    || (key === 'objectType' && parent !== 'object' && isNotGroup(path));
}

/** In these places only an Agent or an Activity may stand, so `objectType` says nothing. */
const isNotGroup = (path: readonly string[]): boolean => path.at(-1) === 'member' || path.at(-1) === 'agent' || isContextActivities(path);

const isContextActivities = (path: readonly string[]): boolean => path.at(-2) === 'contextActivities' && path.at(-3) === 'context';
