export * from './connect.js';
export * from './connection.js';
export * from './receipt.js';
