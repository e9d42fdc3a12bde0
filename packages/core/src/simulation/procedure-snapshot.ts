import type { CoreErrorCode } from '../errors/core-error.js';
import { JsonReader } from '../json/json-reader.js';
import type { ProcedureRecord, ProcedureState, StepRecord } from './procedure-state.js';
import type { Simulation } from './simulation.js';

const CODE: CoreErrorCode = 'snapshot-invalid';
/** Epoch milliseconds that a `Date` can hold. */
const TIME = { min: 0, max: 8.64e15 };
const COUNT = { min: 0, max: 1e9 };

/** A procedure as JSON, to resume from. Points are not in it: they follow from the errors and the hints. */
export interface ProcedureSnapshot {
  readonly version: 1;
  readonly simulation: string;
  readonly status: ProcedureState['status'];
  readonly attempt: number;
  readonly elapsedMs: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly outcome?: 'completed' | 'timed-out';
  readonly steps: readonly StepSnapshot[];
}

export interface StepSnapshot {
  readonly id: string;
  readonly done: boolean;
  readonly tries: number;
  readonly errors: number;
  readonly hinted: boolean;
  readonly elapsedMs: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** What to store so that the procedure can be resumed, here or on another device. */
export function toSnapshot(state: ProcedureState): ProcedureSnapshot {
  return {
    version: 1,
    simulation: state.simulationId,
    status: state.status,
    attempt: state.attempt,
    elapsedMs: state.elapsedMs,
    ...times(state),
    ...(state.outcome === undefined ? {} : { outcome: state.outcome }),
    steps: state.steps.map((step) => ({
      id: step.id,
      done: step.status === 'done',
      tries: step.tries,
      errors: step.errors,
      hinted: step.hinted,
      elapsedMs: step.elapsedMs,
      ...times(step),
    })),
  };
}

function times(of: { readonly startedAt?: number; readonly endedAt?: number }): { startedAt?: number; endedAt?: number } {
  return {
    ...(of.startedAt === undefined ? {} : { startedAt: of.startedAt }),
    ...(of.endedAt === undefined ? {} : { endedAt: of.endedAt }),
  };
}

/**
 * Reads a snapshot against the simulation it must belong to.
 *
 * @throws CoreError `snapshot-invalid` with the path of the fault in `field`
 */
export function readSnapshot(simulation: Simulation, json: unknown): ProcedureRecord {
  const root = new JsonReader(json, '', CODE);
  if (root.number('version') !== 1) root.fail('version', 'must be 1');
  if (root.string('simulation') !== simulation.id) root.fail('simulation', `must be "${simulation.id}"`);
  const saved = root.oneOf('status', ['ready', 'running', 'paused', 'suspended', 'finished']);
  const count = simulation.steps.length;
  let index = 0;
  const steps = root.list('steps', { min: count, max: count }, (step) => readStep(step, simulation.steps[index++]!.id));
  const open = steps.findIndex((step) => !step.done);
  if (open !== -1 && steps.slice(open).some((step) => step.done)) root.fail('steps', 'must be done in order');
  const outcome = root.optional('outcome', (field) => root.oneOf(field, ['completed', 'timed-out']));
  if ((saved === 'finished') !== (outcome !== undefined)) root.fail('outcome', 'must go with the status');
  if ((open === -1) !== (outcome === 'completed')) root.fail('steps', 'must be done exactly when the procedure is completed');
  if (saved === 'ready' && open !== 0) root.fail('status', 'cannot be ready with a step done');
  const record: ProcedureRecord = {
    status: saved === 'running' || saved === 'paused' ? 'suspended' : saved,
    attempt: root.number('attempt', { min: 1, max: 1e9 }),
    elapsedMs: root.number('elapsedMs', TIME),
    startedAt: root.optional('startedAt', (field) => root.number(field, TIME)),
    endedAt: root.optional('endedAt', (field) => root.number(field, TIME)),
    outcome,
    steps,
  };
  root.end();
  return record;
}

function readStep(step: JsonReader, id: string): StepRecord {
  if (step.string('id') !== id) step.fail('id', `must be "${id}"`);
  return {
    done: step.boolean('done'),
    tries: step.number('tries', COUNT),
    errors: step.number('errors', COUNT),
    hinted: step.boolean('hinted'),
    opened: false,
    elapsedMs: step.number('elapsedMs', TIME),
    startedAt: step.optional('startedAt', (field) => step.number(field, TIME)),
    endedAt: step.optional('endedAt', (field) => step.number(field, TIME)),
  };
}
