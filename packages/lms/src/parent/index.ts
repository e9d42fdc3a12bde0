export { parentPlugin, type ParentPlugin, type ParentPluginOptions } from './plugin.js';
export { PROTOCOL_VERSION } from './protocol.js';
