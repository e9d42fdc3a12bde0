export { alsoTo, connectLms, type ConnectLmsOptions, type LmsConnected } from './connect-lms.js';
export * from './standard-plugins.js';
export * from './unrecorded.js';
