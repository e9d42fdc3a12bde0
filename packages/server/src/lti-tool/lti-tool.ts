import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { Seal } from '../auth/seal.js';
import { isLoopback } from '../config.js';
import { ServerError } from '../errors.js';
import { createEndpointGuard } from '../forwarding/endpoint-guard.js';
import { createHttpClient } from '../forwarding/http-client.js';
import { createPlatformKeys } from '../lti-platform/platform-keys.js';
import { createChoose } from './choose.js';
import { coursePage } from './course-page.js';
import { createGradebook, type Gradebook } from './gradebook.js';
import { pageHeaders } from './html.js';
import { LaunchError } from './launch-error.js';
import { launchRoutes } from './launch-routes.js';
import { loginRoutes } from './login-routes.js';
import { outcomeRoutes } from './outcome-routes.js';
import { platformRoutes } from './platform-routes.js';
import { createPlatformServices } from './platform-services.js';
import { PlatformStore } from './platform-store.js';
import { refusalPage } from './refusal-page.js';
import { registerRoutes } from './register-routes.js';
import { createToolTokens } from './sealed.js';
import type { LtiToolServices } from './services.js';
import { createTeach } from './teach.js';

type Common = Omit<LtiToolServices, 'platforms' | 'toolTokens' | 'keys' | 'client' | 'platformServices' | 'gradebook'> & { readonly seal: Seal };

/** The tool's side of LTI 1.3: other people's platforms launch this server's courses, and get the results. */
export interface LtiTool {
  readonly routes: Hono;
  readonly gradebook: Gradebook;
  /** Where a registration's outcomes go, if a platform launched it. */
  reports(tenantId: number, registration: string | undefined): Promise<boolean>;
  /** Origins of the pages that may frame what platforms launch: any, once there is a platform, for its issuer may be another host than its pages. */
  framers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Milliseconds that a platform may take to answer. */
const TIMEOUT = 15_000;

export function createLtiTool(common: Common): LtiTool {
  const { config, db, log, seal } = common;
  const guard = createEndpointGuard({ allowed: config.forwardAllow ?? [], loopback: isLoopback(config.host) });
  const client = createHttpClient({ lookup: guard.lookup, timeout: TIMEOUT });
  // One key set for both sides of LTI: it names the server.
  const keys = createPlatformKeys(db, seal);
  const platforms = new PlatformStore(db);
  const platformServices = createPlatformServices(client, keys);
  const gradebook = createGradebook({ db, log, platforms, platformServices });
  const services: LtiToolServices = { ...common, platforms, toolTokens: createToolTokens(seal), keys, client, platformServices, gradebook };
  const choose = createChoose(services);
  const teach = createTeach(services);

  const routes = new Hono();
  // People stand in front of these; machines are answered in JSON as everywhere.
  const people = new Hono();
  people.onError((error, c) => {
    const told = error instanceof LaunchError ? error : error instanceof ServerError && ['tenant-suspended', 'too-large', 'body-invalid'].includes(error.code)
      ? new LaunchError(error.code === 'tenant-suspended' ? 'tenant-suspended' : 'request-invalid', error.message, error.field === undefined ? {} : { field: error.field }) : undefined;
    if (!told) throw error;
    log.info('an LTI launch was refused', { code: told.code, field: told.field, error: told.message });
    return c.html(refusalPage(told, c.req.header('accept-language')), (error instanceof ServerError ? error.status : told.status) as 400, pageHeaders());
  });
  people.route('/', loginRoutes(services));
  people.route('/', launchRoutes(services, { choose: choose.show, teach: teach.show }));
  people.route('/', choose.routes);
  people.route('/', teach.routes);
  people.route('/', registerRoutes(services));
  routes.get('/jwks', async (c) => c.json(await keys.jwks(), 200, { 'Cache-Control': 'public, max-age=600', 'Access-Control-Allow-Origin': '*' }));
  routes.use('/courses/*', compress());
  routes.route('/', coursePage(services));
  routes.route('/', platformRoutes(services));
  routes.route('/', outcomeRoutes(services));
  routes.route('/', people);
  return {
    routes,
    gradebook,
    async reports(tenantId, registration) {
      if (registration === undefined) return false;
      return (await db.selectFrom('lti_links').select('registration').where('tenant_id', '=', tenantId).where('registration', '=', registration).executeTakeFirst()) !== undefined;
    },
    framers: async () => ((await platforms.any()) ? ['*'] : []),
    async close() {
      await gradebook.close();
      client.close();
    },
  };
}
