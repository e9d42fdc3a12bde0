import type { ProcedureState, Recorded, Simulation } from '@lectern/core';
import { createUnrecordedConnection } from '../course-player/unrecorded-connection.js';
import type { LearningHost } from '../internal/session-context.js';
import { ProcedureRun } from './procedure-run.js';
import { openOutlet, type SimulationOutlet, type UnitInCourse } from './simulation-outlet.js';
import { SimulationViewerError } from './simulation-viewer-error.js';

export interface OpenRunOptions {
  readonly place: UnitInCourse;
  /** Given by a player; else the host's connection is used, else nothing is kept. */
  readonly outlet: SimulationOutlet | undefined;
  readonly host: LearningHost | undefined;
  readonly languages: () => readonly string[];
  readonly onChange: (state: ProcedureState, previous: ProcedureState) => void;
  readonly onRecorded: (recorded: Recorded) => void;
}

/**
 * Connects a simulation to wherever its records go, and reads what the learner did before.
 * @throws SimulationViewerError `session-failed`
 */
export async function openRun(simulation: Simulation, { place, outlet, host, languages, onChange, onRecorded }: OpenRunOptions): Promise<ProcedureRun> {
  try {
    const own = async (): Promise<SimulationOutlet> => {
      const connection = host ? await host.connect(place.course) : createUnrecordedConnection();
      return openOutlet(connection, place, (recorded) => recorded.forEach(onRecorded));
    };
    return await ProcedureRun.open({ simulation, outlet: outlet ?? (await own()), languages, onChange });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'The session could not be opened.';
    throw new SimulationViewerError('session-failed', message, { cause });
  }
}
