import { LecternError } from '@lectern/core';

/**
 * What can keep a learner's credit from being shown.
 * - `ledger-invalid`: what the server sent is no credit ledger; `field` says where.
 * - `ledger-unreachable`: the server could not be reached, or answered with a fault.
 * - `ledger-unauthorized`: the server does not accept the learner's token.
 * - `offline`: the machine is offline.
 */
export type CreditTrackerErrorCode = 'ledger-invalid' | 'ledger-unreachable' | 'ledger-unauthorized' | 'offline';

export class CreditTrackerError extends LecternError<CreditTrackerErrorCode> {}
