export { findScormApi, MAX_HOPS, type FoundApi, type ScormApiName } from './find-api.js';
export * from './plugin.js';
