import { LecternError, type LecternErrorDetails } from '@lectern/core';

/**
 * What can keep statements from being read.
 * - `feed-unconfigured`: there is an `endpoint` without `getToken`, or an address that is none; `field` says which.
 * - `feed-unreachable`: the record store could not be reached, does not answer in time, or answered with a fault.
 * - `feed-unauthorized`: it does not accept the token, or there is none.
 * - `feed-refused`: it refuses the question; `field` names the filter, where it says so.
 * - `feed-busy`: it asks to come back later (429, 503).
 * - `feed-invalid`: the answer is not one of a record store; `field` says where.
 * - `filter-invalid`: a filter that is no time, UUID or agent, and so is not applied; `field` names it.
 * - `export-failed`: what was to be exported could not be read to its end.
 * - `offline`: the machine is offline.
 */
export type StatementFeedErrorCode =
  | 'feed-unconfigured'
  | 'feed-unreachable'
  | 'feed-unauthorized'
  | 'feed-refused'
  | 'feed-busy'
  | 'feed-invalid'
  | 'filter-invalid'
  | 'export-failed'
  | 'offline';

export interface StatementFeedErrorDetails extends LecternErrorDetails {
  /** Milliseconds to wait, as the record store asked (`Retry-After`). */
  readonly retryAfter?: number | undefined;
}

export class StatementFeedError extends LecternError<StatementFeedErrorCode> {
  readonly retryAfter: number | undefined;

  constructor(code: StatementFeedErrorCode, message: string, details: StatementFeedErrorDetails = {}) {
    super(code, message, details);
    this.retryAfter = details.retryAfter;
  }
}
