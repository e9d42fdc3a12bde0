import type { ActivityState, ObjectiveState } from './activity.js';
import type { GlobalObjectives } from './objectives.js';
import type { SequencerSnapshot } from './sequencer.js';

const MAX_ENTRIES = 50_000;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Entries of a stranger's object, none of them a prototype. */
function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value).filter(([key]) => key !== '__proto__').slice(0, MAX_ENTRIES) : [];
}

const NUMBERS = { measure: [-1, 1], progress: [0, 1], raw: [-Infinity, Infinity], min: [-Infinity, Infinity], max: [-Infinity, Infinity] } as const;

function readObjective(raw: unknown): ObjectiveState {
  const state: Record<string, number | boolean> = {};
  for (const [key, value] of entriesOf(raw)) {
    if ((key === 'satisfied' || key === 'completed') && typeof value === 'boolean') state[key] = value;
    else if (Object.hasOwn(NUMBERS, key) && typeof value === 'number') {
      const [min, max] = NUMBERS[key as keyof typeof NUMBERS];
      if (value >= min && value <= max) state[key] = value;
    }
  }
  return state as ObjectiveState;
}

/** Global objectives as they were kept, each value taken for what it is worth. */
export function readGlobals(raw: unknown): GlobalObjectives {
  return Object.fromEntries(entriesOf(raw).map(([id, value]) => [id, readObjective(value)]));
}

function readActivity(raw: unknown): ActivityState {
  const state = isObject(raw) ? raw : {};
  const attempts = state['attempts'];
  const { completed, progress } = readObjective(raw);
  const available = Array.isArray(state['available']) ? (state['available'] as unknown[]).filter((place): place is number => Number.isSafeInteger(place) && (place as number) >= 0) : undefined;
  const flags = ['completionTold', 'successTold', 'staleObjectives', 'staleProgress'].filter((flag) => state[flag] === true);
  return {
    attempts: typeof attempts === 'number' && Number.isSafeInteger(attempts) && attempts >= 0 ? attempts : 0,
    active: state['active'] === true,
    suspended: state['suspended'] === true,
    objectives: Object.fromEntries(entriesOf(state['objectives']).filter(([place]) => /^\d{1,6}$/.test(place)).map(([place, value]) => [place, readObjective(value)])),
    ...(completed === undefined ? {} : { completed }),
    ...(progress === undefined ? {} : { progress }),
    ...(available ? { available: [...new Set(available)] } : {}),
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
  };
}

/** Reads a snapshot back. It comes from an LRS, where anything may have written it. @returns `undefined` where it is none */
export function readSnapshot(raw: unknown): SequencerSnapshot | undefined {
  if (!isObject(raw) || !isObject(raw['activities'])) return undefined;
  const { current, suspended } = raw;
  return {
    ...(typeof current === 'string' ? { current } : {}),
    ...(typeof suspended === 'string' ? { suspended } : {}),
    activities: Object.fromEntries(entriesOf(raw['activities']).map(([id, value]) => [id, readActivity(value)])),
    globals: readGlobals(raw['globals']),
  };
}
