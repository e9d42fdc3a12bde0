import { LecternError } from '@lectern/core';

/**
 * What can keep a session from connecting, besides what `@lectern/lms` says (`DeliveryError`).
 * - `session-unconfigured`: there is neither a token URL nor a launch, endpoint or plugin that is at home on this page.
 * - `session-no-registration`: the token is for reading credits only, so nothing can be recorded with it.
 * - `session-unavailable`: the connection could not be made; `cause` says why.
 * - `session-other-learner`: somebody else has signed in since the learner's launch was remembered; what waits is not theirs.
 * - `consent-pending`, `consent-denied`: the learner has not agreed to being recorded. Not shown as a fault.
 */
export type SessionErrorCode = 'session-unconfigured' | 'session-no-registration' | 'session-unavailable' | 'session-other-learner' | 'consent-pending' | 'consent-denied';

export class SessionError extends LecternError<SessionErrorCode> {}
