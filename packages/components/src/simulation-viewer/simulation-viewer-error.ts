import { LecternError } from '@lectern/core';

/**
 * What can keep a simulation from being shown.
 * - `simulation-unreachable`: the description could not be fetched.
 * - `simulation-offline`: it could not be fetched because the machine is offline.
 * - `simulation-invalid`: the description breaks its format; `field` says where.
 * - `model-unavailable`: the model could not be fetched or read. The procedure works without it.
 * - `webgl-unavailable`: the browser has no WebGL. The procedure works without it.
 * - `webgl-lost`: the browser took the 3D picture away. The procedure works without it.
 * - `session-failed`: the learner's session could not be opened.
 */
export type SimulationViewerErrorCode =
  | 'simulation-unreachable'
  | 'simulation-offline'
  | 'simulation-invalid'
  | 'model-unavailable'
  | 'webgl-unavailable'
  | 'webgl-lost'
  | 'session-failed';

export class SimulationViewerError extends LecternError<SimulationViewerErrorCode> {}
