import { createHash } from 'node:crypto';
import { parseDuration, type Statement } from '@lectern/core';

/** What an LRS may set or change, and what is not part of a statement's meaning (xAPI Data 2.3.1, Communication 2.1.1.s2). */
const LEFT_OUT = new Set(['id', 'stored', 'authority', 'version', 'timestamp']);

/**
 * A hash, in hexadecimal digits, that is equal for statements with equal meaning: told again after a lost answer, a statement is the same one
 * whatever the order of its keys, the precision of its durations, or the words of its definitions. The timestamp is compared apart.
 */
export function contentHash(statement: Statement): string {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(statement)) if (!LEFT_OUT.has(key)) kept[key] = value;
  return createHash('sha256').update(canonical(kept, ROOT)).digest('hex');
}

/** Where in a statement the walk is: the two names above, and whether it is inside of extensions. */
interface Place {
  readonly name: string;
  readonly parent: string;
  readonly grandparent: string;
  readonly inExtensions: boolean;
}

const ROOT: Place = { name: '', parent: '', grandparent: '', inExtensions: false };

const below = ({ name, parent, inExtensions }: Place, key: string): Place => ({ name: key, parent: name, grandparent: parent, inExtensions: inExtensions || name === 'extensions' || key === 'extensions' });

function canonical(value: unknown, place: Place): string {
  if (typeof value !== 'object' || value === null) return scalar(value, place);
  if (Array.isArray(value)) {
    const parts = value.map((item) => canonical(item, place));
    if (place.name === 'member' || isContextActivities(place)) parts.sort(); // order has no meaning there
    return `[${parts.join(',')}]`;
  }
  const record = value as Readonly<Record<string, unknown>>;
  let text = '{';
  for (const key of Object.keys(record).sort()) {
    if (isWords(key, place)) continue;
    text += `${quoted(key)}:${canonical(record[key], below(place, key))},`;
  }
  return `${text}}`;
}

/** As JSON.stringify does, which is slow to begin for text as short as this. */
const quoted = (text: string): string => (/^[\w :/.@#?=&+-]*$/.test(text) ? `"${text}"` : JSON.stringify(text));

function scalar(value: unknown, { name, parent }: Place): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  if (name === 'duration' && parent === 'result') {
    const seconds = parseDuration(value);
    if (seconds !== undefined) return `duration ${Math.floor(seconds * 100 + 1e-6)}`; // Data 4.6: compared to 0.01 s
  }
  const isReference = name === 'id' && (parent === 'object' || parent === 'statement') && /^[0-9a-f-]{36}$/i.test(value);
  return quoted(isReference ? value.toLowerCase() : value);
}

/** Display texts and definitions may be changed or completed by the LRS; defaults may be spelled out. */
function isWords(key: string, place: Place): boolean {
  if (place.inExtensions) return false;
  const { name } = place;
  return (key === 'display' && name === 'verb') || (key === 'definition' && (name === 'object' || isContextActivities(place)))
    || (key === 'objectType' && name !== 'object' && isNotGroup(place));
}

/** In these places only an Agent or an Activity may stand, so `objectType` says nothing. */
const isNotGroup = (place: Place): boolean => place.name === 'member' || place.name === 'agent' || isContextActivities(place);

const isContextActivities = ({ parent, grandparent }: Place): boolean => parent === 'contextActivities' && grandparent === 'context';
