export type { FanOutConnection } from './connection.js';
export * from './plugin.js';
export type { FanOutTarget, LrsTarget, PluginTarget } from './target.js';
