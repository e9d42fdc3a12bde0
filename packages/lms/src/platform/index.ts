export { connectPlatform, type PlatformConnecting, type PlatformKeeping } from './connection.js';
export * from './platform.js';
