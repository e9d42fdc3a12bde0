export * from './connection.js';
export * from './receipt.js';
