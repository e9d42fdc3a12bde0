/** What is needed when the record cannot be reached: one chunk. */
export { plainReason } from './plain-reason.js';
export { TryAgain } from './try-again.js';
