export * from './course.js';
export * from './is-hls.js';
export * from './requirements.js';
export * from './roll-up.js';
export * from './sequencing.js';
export * from './tree.js';
export * from './units.js';
