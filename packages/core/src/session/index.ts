export * from './clock.js';
export * from './events.js';
export * from './rules.js';
export * from './segments.js';
export * from './session.js';
export * from './snapshot.js';
export * from './state.js';
