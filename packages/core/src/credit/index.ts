export * from './evaluate.js';
export * from './evidence.js';
export * from './ledger.js';
export * from './policy.js';
