import type { Authenticator } from '../auth/authenticate.js';
import type { Principal } from '../auth/principal.js';
import type { ServerConfig } from '../config.js';
import type { Db } from '../database/database.js';
import type { Origins } from '../http/origins.js';
import type { Log } from '../log.js';
import type { PreparedStatement, XapiVersion } from './prepare-statement.js';
import type { StatementWriter, WriteGuard } from './statement-writer.js';

/** What a launched unit's statements must obey, and what follows from them; see `launches/`. */
export interface UnitSessionRules {
  guard(sessionId: string, tenantId: number): WriteGuard;
  /** The unit has asked for `cmi5LearnerPreferences` (cmi5 11). */
  preferencesRead(sessionId: string, tenantId: number): Promise<void>;
  /** After the commit. */
  stored(sessionId: string, tenantId: number, statements: readonly PreparedStatement[]): Promise<void>;
  /** An institution has voided these statements; after the commit. */
  voided(tenantId: number, targets: readonly string[]): Promise<void>;
}

export interface LrsServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly log: Log;
  readonly authenticate: Authenticator;
  readonly writer: StatementWriter;
  readonly sessions: UnitSessionRules;
  /** Answers another request as if it had come by itself. */
  readonly dispatch: (request: Request, env: unknown) => Response | Promise<Response>;
  readonly originsOf: (request: Request) => Origins;
  /** Stands in the `authority` of what this server lets in; the same under every name it is reached by. */
  readonly authorityHome: string;
}

/** What the middleware leaves for the LRS's routes. */
export interface LrsEnv {
  Variables: {
    principal: Principal;
    version: XapiVersion;
    /** Microseconds since 1970, where a route knows it. */
    consistentThrough: number | undefined;
  };
}
