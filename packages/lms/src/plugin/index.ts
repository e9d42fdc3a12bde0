export { chooseLms } from '@lectern/core';
export * from './define.js';
