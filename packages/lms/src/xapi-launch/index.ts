export type { XapiLaunch } from './launch.js';
export * from './plugin.js';
