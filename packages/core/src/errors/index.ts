export * from './core-error.js';
export * from './lectern-error.js';
