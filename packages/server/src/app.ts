import { join } from 'node:path';
import { Hono, type Context } from 'hono';
import { getPath } from 'hono/utils/url';
import { assetFolders, h5pPlayerFolder } from './assets.js';
import { auditRoutes } from './audit/audit-routes.js';
import { createFailedSignIns } from './audit/failed-sign-ins.js';
import { createAuthenticator } from './auth/authenticate.js';
import { keyRoutes } from './auth/key-routes.js';
import type { Seal } from './auth/seal.js';
import type { SecretChecker } from './auth/secret.js';
import { tenantRoutes } from './auth/tenant-routes.js';
import type { LearnerTokens } from './auth/tokens.js';
import type { ServerConfig } from './config.js';
import { createContentApp } from './content/content-app.js';
import type { ContentStore } from './content/content-store.js';
import { staticFolder } from './content/static-folder.js';
import { CourseStore } from './courseware/course-store.js';
import { courseRoutes, coursewareRoutes } from './courseware/courseware-routes.js';
import type { ImportServices } from './courseware/import-package.js';
import { creditRoutes } from './credits/credit-routes.js';
import type { Db } from './database/database.js';
import { dispatchPage } from './dispatches/dispatch-page.js';
import { dispatchedRoutes, dispatchRoutes } from './dispatches/dispatch-routes.js';
import { DispatchStore } from './dispatches/dispatch-store.js';
import { ServerError } from './errors.js';
import { createForwarding } from './forwarding/forwarding.js';
import { clientAddress } from './http/client-address.js';
import { answerHead } from './http/head.js';
import { originsOf as originsFor } from './http/origins.js';
import { problemResponse } from './http/problem.js';
import { createFailureLimit, createRateLimit } from './http/rate-limit.js';
import { securityHeaders } from './http/security-headers.js';
import { createSessionSweep } from './launches/session-sweep.js';
import { demoRoutes } from './launches/demo-routes.js';
import { launchRoutes } from './launches/launch-routes.js';
import { createUnitSessionRules } from './launches/unit-session-rules.js';
import { unitRoutes } from './launches/unit-routes.js';
import type { Log } from './log.js';
import { createLtiPlatform } from './lti-platform/lti-platform.js';
import { createLtiTool } from './lti-tool/lti-tool.js';
import { createLrs } from './lrs/lrs.js';
import { createStatementWriter, type StatementWriter } from './lrs/statement-writer.js';
import { createMetrics } from './operations/metrics.js';
import { operationsRoutes } from './operations/operations-routes.js';
import { pageRoutes } from './pages.js';

export interface AppServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly databaseUrl: string;
  readonly seal: Seal;
  readonly content: ContentStore;
  readonly tokens: LearnerTokens;
  readonly secrets: SecretChecker;
  /** The installation's own tenant, which the demo belongs to. */
  readonly tenantId: number;
  readonly log: Log;
  /** Those really listened on; read when a request comes. */
  readonly ports: () => { readonly port: number; readonly contentPort: number };
  readonly demoCourses: readonly string[];
  /** Whether the server was asked to stop. */
  readonly isClosing: () => boolean;
}

export interface Apps {
  readonly main: Hono;
  readonly content: Hono;
  readonly imports: ImportServices;
  readonly writer: StatementWriter;
  close(): Promise<void>;
}

/** Milliseconds between looks for launched units whose time has run out. */
const SWEEP_INTERVAL = 10 * 60_000;

/** Puts the parts together: the main origin and the content origin. */
export function createApps(services: AppServices): Apps {
  const { config, db, content, tokens, secrets, tenantId, log } = services;
  const originsOf = (request: Request): ReturnType<typeof originsFor> => originsFor(request, config, services.ports());
  const addressOf = (c: Context): string => clientAddress(c, config.proxyHops ?? 0);
  const { requestRate, failureRate } = config.limits;
  const failures = createFailureLimit({ rate: failureRate / 60, burst: failureRate });
  const signIns = createFailedSignIns(db, log);
  const limit = requestRate === undefined ? undefined : createRateLimit({ rate: requestRate });
  const authenticate = createAuthenticator({ db, tokens, secrets, failures, signIns, addressOf, limit });
  const courses = new CourseStore(db);
  const dispatches = new DispatchStore(db);
  const metrics = createMetrics();
  const forwarding = createForwarding({ config, db, databaseUrl: services.databaseUrl, seal: services.seal, log, authenticate });
  const writer = createStatementWriter(db, (commit) => {
    metrics.observeCommit(commit);
    forwarding.nudge();
  });
  // A name for this installation that does not change with the address it is reached by.
  const authorityHome = config.publicUrl ?? 'https://lectern.example';
  const courseIri = (id: string): string => (config.publicUrl ? `${config.publicUrl}/courses/${id}` : `urn:lectern:course:${id}`);
  const imports: ImportServices = { courses, content, courseIri };
  const uploadFolder = join(config.dataDir, 'uploads');
  const sessions = createUnitSessionRules({ db, writer, courses, authorityHome });
  const ltiPlatform = createLtiPlatform({ config, db, log, seal: services.seal, authenticate, failures, addressOf, courses, originsOf, writer, authorityHome });
  const ltiTool = createLtiTool({ config, db, log, tokens, seal: services.seal, authenticate, failures, addressOf, courses, originsOf, writer, authorityHome });
  const common = { config, db, log, tokens, authenticate, failures, addressOf, courses, originsOf, writer, authorityHome, dispatches, ltiPlatform, reports: ltiTool.reports };

  // Units add "/statements" to an endpoint that ends with a slash.
  const main = new Hono({ getPath: (request) => getPath(request).replace(/^\/+xapi(?=\/)/, '/xapi').replace(/^\/xapi\/{2,}/, '/xapi/') });
  main.onError((error, c) => {
    const response = problemResponse(error);
    if (response.status >= 500) log.error('request failed', { method: c.req.method, path: c.req.path, status: response.status, error });
    return response;
  });
  main.notFound(() => problemResponse(new ServerError('not-found', 'There is nothing at this address.')));
  main.use(metrics.middleware);
  main.use(answerHead);
  main.use(securityHeaders(config, originsOf));

  main.route('/keys', keyRoutes(common));
  main.route('/tenants', tenantRoutes(common));
  main.route('/audit', auditRoutes(common));
  main.route('/', operationsRoutes({ db, authenticate, metrics, families: forwarding.families, isClosing: services.isClosing }));
  main.route('/xapi', createLrs({ ...common, sessions, dispatch: (request, env) => main.fetch(request, env as object) }));
  main.route('/courseware', coursewareRoutes({ ...common, imports, uploadFolder }));
  main.route('/courses', courseRoutes({ courses, content, originsOf }));
  main.route('/launches/units', unitRoutes(common));
  main.route('/launches', launchRoutes(common));
  main.route('/dispatches', dispatchRoutes(common));
  main.route('/dispatch', dispatchedRoutes(common));
  main.route('/dispatch', dispatchPage(common));
  main.route('/lti-platform', ltiPlatform.routes);
  main.route('/lti', ltiTool.routes);
  main.route('/credits', creditRoutes(common));
  main.route('/forwarding', forwarding.routes);
  if (config.demo) main.route('/demo', demoRoutes({ ...common, imports, uploadFolder, tenantId, demoCourses: services.demoCourses }));
  main.route('/', pageRoutes({ courses, originsOf, frontCourse: config.demo ? services.demoCourses[0] : undefined }));

  const sweep = createSessionSweep({ ...common, interval: SWEEP_INTERVAL });
  const close = async (): Promise<void> => {
    await sweep.close();
    metrics.close();
    ltiPlatform.close();
    await ltiTool.close();
    await forwarding.close();
    await signIns.close();
  };
  const h5pFolder = config.h5pPlayer ?? h5pPlayerFolder();
  return { main, content: createContentApp({ config, content, originsOf, frame: staticFolder(assetFolders.frame), h5p: h5pFolder === undefined ? undefined : staticFolder(h5pFolder), framers: async () => [...(await dispatches.framers()), ...(await ltiTool.framers())] }), imports, writer, close };
}
