export { isH5p, readH5p } from './read-h5p.js';
export * from './read-report.js';
