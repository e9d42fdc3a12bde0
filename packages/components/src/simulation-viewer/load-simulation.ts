import { LecternError, parseSimulation, type Simulation } from '@lectern/core';
import { SimulationViewerError } from './simulation-viewer-error.js';

/** Octets. A description with 200 steps in ten languages has a tenth of this. */
const MAX_LENGTH = 5_000_000;

/**
 * Fetches and reads a simulation's description.
 * @param url absolute
 * @throws SimulationViewerError `simulation-unreachable`, `simulation-offline` or `simulation-invalid`
 */
export async function loadSimulation(url: string, signal: AbortSignal): Promise<Simulation> {
  const file = url;
  let text: string;
  try {
    const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
    if (!response.ok) {
      throw new SimulationViewerError('simulation-unreachable', `The simulation answered ${response.status}.`, { file, field: `${response.status}` });
    }
    if (Number(response.headers.get('content-length') ?? 0) > MAX_LENGTH) throw tooLong(file);
    text = await response.text();
  } catch (cause) {
    if (cause instanceof SimulationViewerError || signal.aborted) throw cause;
    const code = navigator.onLine ? 'simulation-unreachable' : 'simulation-offline';
    throw new SimulationViewerError(code, 'The simulation could not be fetched.', { file, cause });
  }
  if (text.length > MAX_LENGTH) throw tooLong(file);
  return readSimulation(text, file);
}

function tooLong(file: string): SimulationViewerError {
  return new SimulationViewerError('simulation-invalid', `The description is longer than ${MAX_LENGTH} octets.`, { file });
}

function readSimulation(text: string, file: string): Simulation {
  try {
    return parseSimulation(JSON.parse(text) as unknown);
  } catch (cause) {
    const field = cause instanceof LecternError ? cause.field : undefined;
    const message = cause instanceof Error ? cause.message : 'The description cannot be read.';
    throw new SimulationViewerError('simulation-invalid', message, { file, cause, ...(field === undefined ? {} : { field }) });
  }
}
