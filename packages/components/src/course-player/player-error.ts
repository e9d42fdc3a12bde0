import { LecternError } from '@lectern/core';

/**
 * What can keep a player from showing a course or a unit.
 * - `course-offline`, `course-unreachable`: the course could not be fetched; the machine is offline, or nobody answered in time.
 * - `course-missing`: 404 or 410. `course-forbidden`: 401 or 403. `course-refused`: any other status that is no success.
 * - `course-too-large`: more than 5 MB of description.
 * - `course-invalid`: neither `course.json` nor a manifest; `field` says where.
 * - `course-unknown`: nothing that can be opened. `course-changed`: it was replaced while it was being read. `course-cancelled`: its download was.
 * - `unit-needs-content-origin`, `unit-needs-server`, `unit-needs-unpacking`: what a unit of a package lacks here. `file-too-large`: one of its files.
 * - `unit-not-kept`, `unit-needs-network`: the course is played from what is kept, and the unit is not kept, or cannot be.
 * - `h5p-player-missing`: the content origin has no h5p-standalone. `h5p-file-missing`, `h5p-file-damaged`, `h5p-failed`: H5P content that does not run; `file` says where.
 * - `unit-unknown`: `unit` or `open()` names none of the course's units.
 * - `unit-closed`: the course does not allow the unit to be opened now.
 * - `unit-failed`: the unit could not be opened; `cause` says why.
 * - `tool-unknown`: the server has no such LTI tool, or will not launch it as the unit says.
 * - `media-unreachable`, `media-unsupported`: none of a video's sources could be fetched, or be played by this browser.
 * - `document-unreachable`: the document could not be fetched.
 * - `document-damaged`: it is locked and stays so, broken, or something else than its type says.
 * - `attempt-elsewhere`: the same attempt is open in another tab, window or player; it can be continued here.
 * - `session-failed`: what the learner did before could not be read, so nothing is being recorded yet.
 * - `not-recorded`: why a receipt stays `pending` where there is no `<learning-session>`.
 */
export type PlayerErrorCode =
  | 'course-offline'
  | 'course-unreachable'
  | 'course-missing'
  | 'course-forbidden'
  | 'course-refused'
  | 'course-too-large'
  | 'course-invalid'
  | 'course-unknown'
  | 'course-changed'
  | 'course-cancelled'
  | 'unit-needs-content-origin'
  | 'unit-needs-server'
  | 'unit-needs-unpacking'
  | 'file-too-large'
  | 'unit-not-kept'
  | 'unit-needs-network'
  | 'unit-unknown'
  | 'unit-closed'
  | 'unit-failed'
  | 'tool-unknown'
  | 'h5p-player-missing'
  | 'h5p-file-missing'
  | 'h5p-file-damaged'
  | 'h5p-failed'
  | 'media-unreachable'
  | 'media-unsupported'
  | 'document-unreachable'
  | 'document-damaged'
  | 'attempt-elsewhere'
  | 'session-failed'
  | 'not-recorded';

export class PlayerError extends LecternError<PlayerErrorCode> {}

/** Any thrown thing as a typed error: itself where it is one, else the cause of `code`. */
export function asLecternError(thrown: unknown, code: PlayerErrorCode): LecternError {
  // By shape and not by class: a second copy of the script has a second class.
  if (thrown instanceof Error && typeof (thrown as { code?: unknown }).code === 'string') return thrown as LecternError;
  return new PlayerError(code, thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
