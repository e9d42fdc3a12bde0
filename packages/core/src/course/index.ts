export * from './course.js';
export * from './roll-up.js';
export * from './tree.js';
export * from './units.js';
