export { LTI_ELEMENT, LTI_TOKEN_PATH, type LtiLaunch } from './launch.js';
export * from './plugin.js';
