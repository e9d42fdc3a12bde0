import { isObject } from '../outbox/record.js';

/** What decides about a unit. Positions, watched segments and steps are left out first: the learner sees a unit again, and loses no completion. */
const DECISIVE = ['completed', 'success', 'score', 'progress', 'seatSeconds', 'sessions', 'length'] as const;

/** Thins a unit's entry in the session's document (`unit:…`, see `toDocument` of `@lectern/core`). */
export function thinUnit(property: string, value: unknown): unknown {
  if (!property.startsWith('unit:') || !isObject(value)) return undefined;
  return Object.fromEntries(DECISIVE.flatMap((name) => (value[name] === undefined || value[name] === 0 || value[name] === false ? [] : [[name, round(value[name])]])));
}

const round = (value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);
