export * from './connect.js';
export * from './define.js';
