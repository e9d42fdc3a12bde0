import { isObject } from '../outbox/record.js';
import { parseTimestamp } from '@lectern/core/statement/validate';

/** What an LRS sets or may set anew (xAPI Data 2.3.1, statement immutability): two statements that differ here only are the same. */
const NOT_COMPARED = new Set(['stored', 'authority', 'version', 'attachments', 'definition', 'display', 'member']);

/**
 * Whether the statement an LRS has under our id says what ours says: everything in ours is in theirs.
 * @param body ours, as JSON
 */
export function isSameStatement(body: string, found: unknown): boolean {
  return includes(JSON.parse(body), found);
}

function includes(ours: unknown, theirs: unknown): boolean {
  if (Array.isArray(ours)) {
    return Array.isArray(theirs) && ours.length === theirs.length && ours.every((item, index) => includes(item, theirs[index]));
  }
  if (!isObject(ours)) return ours === theirs;
  if (!isObject(theirs)) return false;
  return Object.entries(ours).every(([key, value]) => {
    if (NOT_COMPARED.has(key)) return true;
    const other = theirs[key];
    if (key === 'timestamp') return instant(value) === instant(other);
    // The default that an LRS may leave out (Data 2.4.4).
    if (key === 'objectType' && other === undefined) return value === 'Activity' || value === 'Agent';
    if (key === 'name' && typeof other !== typeof value) return true;
    // UUIDs in any case.
    if (key === 'id' || key === 'registration') return lower(value) === lower(other);
    // One activity may come back as a list of one (Data 2.4.6.2).
    if (Array.isArray(other) && isObject(value)) return other.length === 1 && includes(value, other[0]);
    return includes(value, other);
  });
}

const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
const instant = (value: unknown): unknown => (typeof value === 'string' ? Number(parseTimestamp(value)) : value);
