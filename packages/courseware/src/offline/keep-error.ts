import { LecternError } from '@lectern/core';

/**
 * Why something is not kept for times without a network.
 * - `keep-quota`: this browser gives no more room. What was kept so far stays, and is gone on with when there is room.
 * - `keep-changed`: the course was published anew while it was being kept.
 * - `keep-refused`: a file was answered with a status that is no success, with another length than the list says, or with a page in its place.
 * - `keep-unreachable`: nobody answered, or a page of another origin may not read it (CORS).
 * - `keep-unlisted`: nobody says which files the course has.
 * - `keep-list-invalid`: the list of files is none.
 * - `keep-stream-live`, `keep-stream-protected`, `keep-stream-invalid`: of a stream (HLS) of the course: it has no end; its key is given by a licence server; a playlist is none, or has what is not kept. `file` is the playlist, `field` its line.
 * - `keep-unsupported`: this browser has no Cache Storage or no service workers here, or the content origin does not let its worker serve.
 */
export type KeepErrorCode = 'keep-quota' | 'keep-changed' | 'keep-refused' | 'keep-unreachable' | 'keep-unlisted' | 'keep-list-invalid' | 'keep-stream-live' | 'keep-stream-protected' | 'keep-stream-invalid' | 'keep-unsupported';

export class KeepError extends LecternError<KeepErrorCode> {}

const CODES: readonly string[] = ['keep-quota', 'keep-changed', 'keep-refused', 'keep-unreachable', 'keep-unlisted', 'keep-list-invalid', 'keep-stream-live', 'keep-stream-protected', 'keep-stream-invalid', 'keep-unsupported'] satisfies readonly KeepErrorCode[];

/** An error on its way through a port. */
export interface ToldKeepError {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
}

/** @param unnamed the code of what is no error of ours */
export function writeKeepError(thrown: unknown, unnamed: KeepErrorCode = 'keep-refused'): ToldKeepError {
  const { code, message, file } = (thrown ?? {}) as Partial<KeepError>;
  return { code: String(code ?? unnamed), message: String(message ?? thrown), ...(file ? { file } : {}) };
}

/** An error as it comes through a port. What is no error of ours is refused words. */
export function readKeepError(value: unknown): KeepError {
  const { code, message, file } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const known = typeof code === 'string' && CODES.includes(code) ? (code as KeepErrorCode) : 'keep-refused';
  return new KeepError(known, String(message ?? 'It could not be kept.').slice(0, 1_000), typeof file === 'string' ? { file: file.slice(0, 2_000) } : {});
}
