import { LecternError } from '@lectern/core';

/**
 * What can keep a learner's credit from being shown.
 * - `ledger-invalid`: what the server sent is no credit ledger; `field` says where.
 * - `ledger-unreachable`: the server could not be reached, or answered with a fault.
 * - `ledger-unauthorized`: the server does not accept the learner's token.
 * - `consent-missing`: the learner has not agreed to being recorded, so nobody is asked about them.
 * - `offline`: the machine is offline.
 */
export type CreditTrackerErrorCode = 'ledger-invalid' | 'ledger-unreachable' | 'ledger-unauthorized' | 'consent-missing' | 'offline';

export class CreditTrackerError extends LecternError<CreditTrackerErrorCode> {}
