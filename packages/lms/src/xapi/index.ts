export { fetchLaunch, type FetchLaunchOptions, type LaunchInfo } from './fetch-launch.js';
export type { Identity } from './identity.js';
export type { GetToken } from './http.js';
export { xapiPlugin, type XapiConnection, type XapiPlugin, type XapiPluginOptions } from './plugin.js';
