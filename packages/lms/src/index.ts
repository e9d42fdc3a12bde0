export * from './fan-out/index.js';
export * from './outbox/index.js';
export * from './plugin/index.js';
export * from './scorm/index.js';
export * from './xapi/index.js';
