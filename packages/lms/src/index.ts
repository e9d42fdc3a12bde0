export * from './cmi5/index.js';
export * from './connect/index.js';
export * from './fan-out/index.js';
export * from './outbox/index.js';
export * from './plugin/index.js';
export * from './scorm/index.js';
export * from './xapi/index.js';
export * from './xapi-launch/index.js';
