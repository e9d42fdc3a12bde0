/** What is needed when the record cannot be reached or cannot be kept: one chunk. */
export { heldWords } from './held-words.js';
export { plainReason } from './plain-reason.js';
export { TryAgain } from './try-again.js';
