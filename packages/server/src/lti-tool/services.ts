import type { Context } from 'hono';
import type { Authenticator } from '../auth/authenticate.js';
import type { LearnerTokens } from '../auth/tokens.js';
import type { ServerConfig } from '../config.js';
import type { CourseStore } from '../courseware/course-store.js';
import type { Db } from '../database/database.js';
import type { HttpClient } from '../forwarding/http-client.js';
import type { Origins } from '../http/origins.js';
import type { FailureLimit } from '../http/rate-limit.js';
import type { SatisfactionServices } from '../launches/satisfaction.js';
import type { Log } from '../log.js';
import type { PlatformKeys } from '../lti-platform/platform-keys.js';
import type { SealedTokens } from '../lti-platform/sealed-token.js';
import type { Gradebook } from './gradebook.js';
import type { PlatformServices } from './platform-services.js';
import type { PlatformStore } from './platform-store.js';
import type { ToolPurpose } from './sealed.js';

/** What the parts of the tool share. */
export interface LtiToolServices extends SatisfactionServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly log: Log;
  readonly tokens: LearnerTokens;
  readonly authenticate: Authenticator;
  readonly failures: FailureLimit;
  readonly addressOf: (c: Context) => string;
  readonly courses: CourseStore;
  readonly originsOf: (request: Request) => Origins;
  readonly platforms: PlatformStore;
  readonly toolTokens: SealedTokens<ToolPurpose>;
  readonly keys: PlatformKeys;
  readonly client: HttpClient;
  readonly platformServices: PlatformServices;
  readonly gradebook: Gradebook;
}
