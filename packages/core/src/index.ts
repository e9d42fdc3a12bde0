export * from './course/index.js';
export * from './credit/index.js';
export * from './errors/index.js';
export * from './navigation/index.js';
export * from './plugin/index.js';
export * from './session/index.js';
export * from './statement/index.js';
export * from './simulation/index.js';
