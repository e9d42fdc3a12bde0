import { LecternError } from '@lectern/core';

/**
 * Why something on the web cannot be read.
 * - `remote-unreachable`: nobody answered, or a page of another origin may not read it (CORS).
 * - `remote-refused`: a status that is no success; `status` has it.
 * - `remote-changed`: it was replaced while it was being read.
 * - `remote-too-large`: longer than the limit.
 */
export type RemoteErrorCode = 'remote-unreachable' | 'remote-refused' | 'remote-changed' | 'remote-too-large';

export class RemoteError extends LecternError<RemoteErrorCode> {
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(code: RemoteErrorCode, message: string, file: string, more: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(code, message, { file, ...('cause' in more ? { cause: more.cause } : {}) });
    this.status = more.status;
  }
}
