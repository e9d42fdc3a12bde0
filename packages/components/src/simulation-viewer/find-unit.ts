import { LecternError, listUnits } from '@lectern/core';
import { loadCourse } from '../course-player/load-course.js';
import type { UnitInCourse } from './simulation-outlet.js';
import { SimulationViewerError } from './simulation-viewer-error.js';

/**
 * Finds a simulation in a course: the one named, else the first.
 * @param src URL of the course, against the page's
 * @throws SimulationViewerError
 */
export async function findUnit(src: string, unitId: string | undefined, signal: AbortSignal): Promise<UnitInCourse & { readonly url: string }> {
  const { course, base } = await loadCourse(src, { signal }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw asViewerError(cause, src);
  });
  const unit = listUnits(course).find((candidate) => candidate.kind === 'simulation' && (unitId === undefined || candidate.id === unitId));
  if (unit?.kind !== 'simulation') {
    const which = unitId === undefined ? 'a simulation' : `a simulation "${unitId}"`;
    throw new SimulationViewerError('simulation-invalid', `The course does not have ${which}.`, { file: src, field: 'unit' });
  }
  return { course, unit, url: new URL(unit.src, base).href };
}

function asViewerError(cause: unknown, file: string): SimulationViewerError {
  const message = cause instanceof Error ? cause.message : 'The course cannot be read.';
  const known = cause instanceof LecternError ? cause : undefined;
  const code = known?.code === 'course-offline' ? 'simulation-offline' : known?.code === 'course-invalid' ? 'simulation-invalid' : 'simulation-unreachable';
  return new SimulationViewerError(code, message, { file, cause, ...(known?.field === undefined ? {} : { field: known.field }) });
}
