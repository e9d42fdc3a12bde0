export { CreditTracker } from './credit-tracker.js';
export { CreditErrorEvent, CreditLedgerEvent } from './credit-tracker.events.js';
export { CreditTrackerError, type CreditTrackerErrorCode } from './credit-tracker-error.js';
