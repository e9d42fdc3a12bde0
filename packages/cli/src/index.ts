export { run, type RunOptions } from './run.js';
