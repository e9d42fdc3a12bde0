import { LecternError, type LecternErrorDetails } from '@lectern/core';

/** What the server refuses, and why. */
export type ServerErrorCode =
  | 'config-invalid'
  | 'database-unavailable'
  | 'data-in-use'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'precondition-failed'
  | 'precondition-missing'
  | 'too-large'
  | 'unsupported-media-type'
  | 'body-invalid'
  | 'parameter-invalid'
  | 'version-unsupported'
  | 'statement-invalid'
  | 'signature-invalid'
  | 'session-rule'
  | 'licence-ended'
  | 'licence-full'
  | 'licence-revoked'
  | 'tool-unknown'
  | 'tool-address'
  | 'range-invalid'
  | 'package-invalid'
  | 'timeout'
  | 'too-many-requests'
  | 'secret-unreadable'
  | 'tenant-suspended'
  | 'closing'
  | 'not-built'
  | 'internal';

const STATUS: Readonly<Record<ServerErrorCode, number>> = {
  'config-invalid': 500,
  'database-unavailable': 503,
  'data-in-use': 500,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'precondition-failed': 412,
  'precondition-missing': 400,
  'too-large': 413,
  'unsupported-media-type': 415,
  'body-invalid': 400,
  'parameter-invalid': 400,
  'version-unsupported': 400,
  'statement-invalid': 400,
  'signature-invalid': 400,
  'session-rule': 403,
  'licence-ended': 403,
  'licence-full': 403,
  'licence-revoked': 403,
  'tool-unknown': 404,
  'tool-address': 422,
  'range-invalid': 416,
  'package-invalid': 422,
  timeout: 408,
  'too-many-requests': 429,
  'secret-unreadable': 500,
  'tenant-suspended': 403,
  closing: 503,
  'not-built': 503,
  internal: 500,
};

export interface ServerErrorDetails extends LecternErrorDetails {
  /** The HTTP status, where it is not the code's own. */
  readonly status?: number;
  /** Seconds after which it may be tried again. */
  readonly retryAfter?: number;
}

/** A refusal that a client may read: its message never holds a secret. */
export class ServerError extends LecternError<ServerErrorCode> {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(code: ServerErrorCode, message: string, details: ServerErrorDetails = {}) {
    super(code, message, details);
    this.status = details.status ?? STATUS[code];
    this.retryAfter = details.retryAfter;
  }
}
