export { CreditTracker } from './credit-tracker.js';
export { CreditLedgerEvent } from './credit-tracker.events.js';
export { CreditTrackerError, type CreditTrackerErrorCode } from './credit-tracker-error.js';
