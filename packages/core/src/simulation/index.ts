export * from './simulation.js';
export { parseSimulation } from './parse-simulation.js';
export {
  type Judgement,
  type ProcedureAction,
  type ProcedureState,
  type ProcedureStatus,
  type StepState,
} from './procedure-state.js';
export { type ProcedureSnapshot, type StepSnapshot, toSnapshot } from './procedure-snapshot.js';
export { createProcedure, type Procedure, type ProcedureOptions } from './procedure.js';
export { type ProcedureEvent, procedureEvents } from './procedure-events.js';
