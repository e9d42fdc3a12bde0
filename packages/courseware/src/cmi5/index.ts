export * from './course-structure.js';
