export * from './connect.js';
export * from './connection.js';
export * from './documents.js';
export * from './record-clock.js';
export * from './receipt.js';
