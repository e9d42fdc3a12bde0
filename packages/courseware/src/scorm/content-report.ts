import type { ContentReport, ObjectiveValues } from '@lectern/core';
import type { CmiTree } from '../frame/protocol.js';
import { entriesAt, numberAt, treeAt, valueAt } from './cmi.js';

/** What a SCORM 2004 data model says to the course's sequencing (RTE 4.2.4, 4.2.17, 4.2.22). What was never set says nothing. */
export function contentReport(cmi: CmiTree): ContentReport {
  const status = valueAt(cmi, 'completion_status');
  const success = valueAt(cmi, 'success_status');
  return {
    ...measures(cmi),
    ...judged(status, success),
    objectives: entriesAt(cmi, 'objectives').flatMap((entry) => {
      const id = valueAt(entry, 'id');
      return id === '' ? [] : [{ id, ...measures(entry), ...judged(valueAt(entry, 'completion_status'), valueAt(entry, 'success_status')) }];
    }),
    completionTold: status !== '',
    successTold: success !== '',
    suspended: valueAt(cmi, 'exit') === 'suspend',
  };
}

/** `not attempted` is as little as `incomplete` (SN 4.2.1.2). */
function judged(status: string, success: string): ObjectiveValues {
  return {
    ...(status === 'completed' ? { completed: true } : status === 'incomplete' || status === 'not attempted' ? { completed: false } : {}),
    ...(success === 'passed' ? { satisfied: true } : success === 'failed' ? { satisfied: false } : {}),
  };
}

function measures(tree: CmiTree): ObjectiveValues {
  const score = treeAt(tree, 'score');
  const values = {
    measure: within(numberAt(score, 'scaled'), -1, 1),
    raw: numberAt(score, 'raw'),
    min: numberAt(score, 'min'),
    max: numberAt(score, 'max'),
    progress: within(numberAt(tree, 'progress_measure'), 0, 1),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Content can reach what it sends; the range is held here once more. */
const within = (value: number | undefined, min: number, max: number): number | undefined => (value === undefined || value < min || value > max ? undefined : value);

/** An activity's objectives as `cmi.objectives` entries. */
export function objectiveEntries(objectives: readonly ({ readonly id: string } & Readonly<ObjectiveValues>)[]): CmiTree[] {
  return objectives.map(({ id, satisfied, measure, raw, min, max, completed, progress }) => {
    const score = Object.fromEntries(Object.entries({ scaled: measure, raw, min, max }).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
    return {
      id,
      ...(satisfied === undefined ? {} : { success_status: satisfied ? 'passed' : 'failed' }),
      ...(completed === undefined ? {} : { completion_status: completed ? 'completed' : 'incomplete' }),
      ...(progress === undefined ? {} : { progress_measure: String(progress) }),
      ...(Object.keys(score).length > 0 ? { score } : {}),
    };
  });
}
