export { chooseLms, connectLms } from '@lectern/core';
export * from './define.js';
