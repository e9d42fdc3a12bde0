export { DEFAULT_LIMITS, readConfig, type ServerConfig, type ServerLimits } from './config.js';
export { ServerError, type ServerErrorCode, type ServerErrorDetails } from './errors.js';
export { createLog, silentLog, type Log } from './log.js';
export { startServer, type RunningServer, type StartOptions } from './serve.js';
export { readAdminKey, type AdminKey } from './auth/admin-key.js';
export type { ApiKey, MadeKey } from './auth/api-keys.js';
export type { Tenant } from './auth/tenants.js';
export type { StoredAuditEntry } from './audit/audit.js';
