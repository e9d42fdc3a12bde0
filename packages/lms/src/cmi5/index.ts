export type { Cmi5Connection } from './connection.js';
export type { Cmi5LaunchData, Cmi5Preferences, MoveOn } from './launch-data.js';
export type { Cmi5Launch } from './launch.js';
export * from './plugin.js';
