import {
  openSession,
  SESSION_STATE_ID,
  unitActivityId,
  type Course,
  type LearningEventBody,
  type LmsConnection,
  type Recorded,
  type Session,
  type Simulation,
  type SimulationUnit,
} from '@lectern/core';

/** The id of the State document that keeps a procedure: a `ProcedureSnapshot` under `procedure`. */
export const SIMULATION_STATE_ID = 'lectern.simulation';

/** Where a viewer's events go, and where it keeps how far the learner got. */
export interface SimulationOutlet {
  /** What {@link save} kept, perhaps on another device. Rejects with a `LecternError`. */
  load(): Promise<unknown>;
  save(procedure: unknown): void;
  /** `at`: epoch milliseconds, if not now. */
  dispatch(event: LearningEventBody & { readonly at?: number }): void;
  /** Counts the learner's presence. */
  tick?(): void;
}

/** Keeps a procedure as a State document of the unit's activity. */
export function keepProcedure(session: Session, unit: SimulationUnit): Pick<SimulationOutlet, 'load' | 'save'> {
  const { connection, course } = session;
  const key = { activityId: unitActivityId(course, unit), stateId: SIMULATION_STATE_ID };
  return {
    async load() {
      return connection.capabilities.state ? (await connection.loadState(key))?.['procedure'] : undefined;
    },
    save(procedure) {
      if (!connection.capabilities.state || connection.launchMode !== 'Normal') return;
      connection.saveState(key, { procedure }, { mode: 'replace' });
    },
  };
}

/** A unit and the course it belongs to. */
export interface UnitInCourse {
  readonly course: Course;
  readonly unit: SimulationUnit;
}

const UNIT_ID = 'simulation';

/**
 * A course of one unit, for a simulation that stands on a page by itself.
 * @param url where the description is; also its identity, where the description's own id is no IRI
 */
export function courseOf(simulation: Simulation, url: string): UnitInCourse {
  const iri = /^(https?|urn|tag):\S+$/i.test(simulation.id) ? simulation.id : url.replace(/[?#].*$/, '');
  const unit: SimulationUnit = {
    type: 'unit',
    id: UNIT_ID,
    kind: 'simulation',
    title: simulation.title,
    src: url,
    moveOn: 'Passed',
    masteryScore: simulation.passingScore,
    ...(simulation.description === undefined ? {} : { description: simulation.description }),
  };
  const course: Course = { id: iri, title: simulation.title, format: 'course', base: url, children: [unit] };
  return { course, unit };
}

/** Opens the session of that course. `onRecorded` hears of everything that is recorded. */
export async function openOutlet(
  connection: LmsConnection,
  { course, unit }: UnitInCourse,
  onRecorded: (recorded: readonly Recorded[]) => void,
): Promise<SimulationOutlet> {
  const session = await openSession({ course, connection: withoutPlace(connection) });
  session.subscribe((_state, { recorded }) => onRecorded(recorded));
  return {
    ...keepProcedure(session, unit),
    dispatch: (event) => void session.dispatch({ unitId: unit.id, ...event }),
    tick: () => session.tick(unit.id),
  };
}

/** Being used beside a player must not move the player: where the learner is in the course stays as it is. */
function withoutPlace(connection: LmsConnection): LmsConnection {
  const { plugin, learner, registration, launchMode, capabilities, delivery, contextTemplate } = connection;
  return {
    plugin,
    learner,
    registration,
    launchMode,
    capabilities,
    delivery,
    contextTemplate,
    loadState: (key) => connection.loadState(key),
    saveState(key, content, options) {
      const { current: _current, ...rest } = content;
      return connection.saveState(key, key.stateId === SESSION_STATE_ID ? rest : content, options);
    },
    record: (statements) => connection.record(statements),
    report: (report) => connection.report(report),
    close: () => connection.close(),
  };
}
