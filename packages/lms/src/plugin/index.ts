export { connectLms } from '@lectern/core';
export * from './define.js';
