import { LecternError, type LecternErrorDetails } from '@lectern/core';

/** What can go wrong between a record and the place it belongs. */
export type DeliveryErrorCode =
  /** The statement breaks the specification; `field` and `clause` say where. Never sent. */
  | 'statement-invalid'
  /** A state document that is no JSON object. */
  | 'document-invalid'
  /** The LRS refuses this record, whatever we do (400 and its like). */
  | 'rejected'
  /** Another record has this id, or another writer changed the document and kept doing so (409, 412). */
  | 'conflict'
  /** Too large even alone (413). */
  | 'too-large'
  /** No token, or it is refused (401, 403). */
  | 'unauthorized'
  /** Nothing answers there as an LRS should (404, 405). */
  | 'not-found'
  /** Asked to come back later (429, 503). */
  | 'busy'
  /** The LRS is broken (other 5xx). */
  | 'server-error'
  /** No answer in time. */
  | 'timeout'
  /** Offline, refused, reset, or forbidden by CORS or CSP: a browser does not say which. */
  | 'network'
  /** A success that no LRS would give: a captive portal's page, or another service. */
  | 'not-an-lrs'
  /** Neither the journal nor IndexedDB takes it. */
  | 'storage-unavailable'
  /** A journal entry that cannot be read. */
  | 'journal-unreadable'
  /** Taken out by hand, or cleared when the learner signed out. */
  | 'discarded'
  /** The learner has not agreed yet: it waits. */
  | 'consent-pending'
  /** The learner does not agree to being recorded. */
  | 'consent-denied'
  /** The host's `redact` said that this is not to be recorded. */
  | 'redacted'
  /** The host's `redact` threw, or made a statement that is not valid or is another one: neither it nor the original is kept or sent. */
  | 'redaction-failed'
  /** The learner's identifier is not an account, and the host accepts nothing else; `field` says where. */
  | 'identity-refused'
  /** The key that seals what is kept in this browser, or opens it, is not here. */
  | 'locked'
  /** The key cannot be used; `field` says which. */
  | 'key-invalid'
  /** What was sealed here has been changed since. */
  | 'record-tampered'
  /** The connection or the page was ended. */
  | 'closed'
  /** A token or launch response that is not what it should be; `field` says where. */
  | 'launch-invalid'
  /** The LMS around this page says no; `field` names the call or the element. */
  | 'lms-refused'
  /** The LMS around this page does not answer any more: its window is closed, or has moved on. */
  | 'lms-gone'
  /** A message of content in a frame that is not what it should be; `field` says where. */
  | 'message-invalid'
  /** This page runs in no LMS: nothing is recorded. */
  | 'not-recorded'
  /** The plugin or the connection it made lacks something; `field` says what. */
  | 'plugin-invalid';

export interface DeliveryErrorDetails extends LecternErrorDetails {
  /** HTTP status of the answer. */
  readonly status?: number;
  /** Milliseconds to wait, as the LRS asked (`Retry-After`). */
  readonly retryAfter?: number;
}

/** The plain form of a {@link DeliveryError}, as kept beside a record that was set aside. */
export interface DeliveryReason {
  readonly code: DeliveryErrorCode;
  readonly message: string;
  readonly field?: string;
  readonly clause?: string;
  readonly status?: number;
}

/** The one error class of `@lectern/lms`. */
export class DeliveryError extends LecternError<DeliveryErrorCode> {
  readonly status?: number;
  readonly retryAfter?: number;

  constructor(code: DeliveryErrorCode, message: string, details: DeliveryErrorDetails = {}) {
    super(code, message, details);
    if (details.status !== undefined) this.status = details.status;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }
}

export function toReason(error: DeliveryError): DeliveryReason {
  return {
    code: error.code,
    message: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.clause === undefined ? {} : { clause: error.clause }),
    ...(error.status === undefined ? {} : { status: error.status }),
  };
}

export function fromReason(reason: DeliveryReason): DeliveryError {
  return new DeliveryError(reason.code, reason.message, reason);
}

/** Whatever was thrown, as a {@link DeliveryError}: what we did not foresee counts as a fault of the way, never of the record. */
export function asDeliveryError(thrown: unknown): DeliveryError {
  if (thrown instanceof DeliveryError) return thrown;
  return new DeliveryError('network', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
