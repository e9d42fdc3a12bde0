import type { Activity, Agent } from '@lectern/core';
import { Hono } from 'hono';
import { requireScope } from '../auth/principal.js';
import { agentKey } from '../database/keys.js';
import { ServerError } from '../errors.js';
import { compressJson } from '../http/compress.js';
import { allowAnyOrigin } from '../http/cors.js';
import { problemResponse } from '../http/problem.js';
import { alternateSyntax } from './alternate-syntax.js';
import { tellConsistentThrough } from './consistent-through.js';
import { documentRoutes } from './documents.js';
import type { LrsEnv, LrsServices } from './lrs-env.js';
import { Parameters } from './parameters.js';
import { identifierOnly } from './prepare-statement.js';
import { loadDefinitions } from './statement-format.js';
import { statementRoutes } from './statements.js';
import { answerVersion, negotiateVersion, SUPPORTED_VERSIONS, VERSION_HEADER } from './version.js';

/** The Learning Record Store of xAPI 1.0.3 and 2.0, to be mounted at `/xapi`. */
export function createLrs(services: LrsServices): Hono<LrsEnv> {
  const { db, authenticate } = services;
  const app = new Hono<LrsEnv>();

  app.onError((error, c) => {
    const response = problemResponse(error);
    if (response.status >= 500) services.log.error('request failed', { method: c.req.method, path: c.req.path, status: response.status, error });
    // A request that got no further than its version has none.
    response.headers.set(VERSION_HEADER, (c.get('version') as string | undefined) ?? answerVersion(c.req.header(VERSION_HEADER)));
    return response;
  });
  app.use(compressJson);
  app.use(allowAnyOrigin);
  app.use('/statements', tellConsistentThrough(db));
  app.use(alternateSyntax({ limit: services.config.limits.statementsBody, dispatch: services.dispatch }));
  app.use(negotiateVersion);

  app.get('/about', (c) => c.json({ version: SUPPORTED_VERSIONS, extensions: {} }));

  app.use(async (c, next) => {
    const principal = await authenticate(c);
    // Its last words may be said again, should the answer have been lost: see the statements.
    const tells = c.req.path.endsWith('/statements') && (c.req.method === 'POST' || c.req.method === 'PUT');
    if (principal.kind === 'unit' && principal.ended && !tells) {
      throw new ServerError('session-rule', 'The unit’s session has ended; its credentials are good for nothing more.', { field: 'Authorization', clause: 'cmi5 8.2.1' });
    }
    c.set('principal', principal);
    await next();
  });

  app.route('/', statementRoutes(services));
  app.route('/', documentRoutes(services));

  app.get('/activities', async (c) => {
    const principal = c.get('principal');
    requireScope(principal, 'statements/read', 'statements/read/mine', 'all/read', 'profile');
    const id = new Parameters(c.req.url, ['activityId']).requiredIri('activityId');
    const definition = (await loadDefinitions(db, principal.tenantId, [id])).get(id);
    return c.json({ objectType: 'Activity', id, ...(definition ? { definition } : {}) } satisfies Activity);
  });

  app.get('/agents', async (c) => {
    const principal = c.get('principal');
    // Names that others gave a person are not one's own: `statements/read/mine` is not enough.
    requireScope(principal, 'statements/read', 'all/read', 'profile');
    const agent = new Parameters(c.req.url, ['agent']).requiredActor('agent') as Agent;
    const key = agentKey(principal.tenantId, agent)!;
    if (principal.kind !== 'key' && key !== principal.actorKey) throw new ServerError('forbidden', 'This token may ask for its own learner only.', { field: 'agent' });
    const row = await db.selectFrom('agents').select('names').where('tenant_id', '=', principal.tenantId).where('key', '=', key).executeTakeFirst();
    const names = [...new Set([...(row?.names ?? []), ...(agent.name === undefined ? [] : [agent.name])])];
    const identifiers = Object.fromEntries(Object.entries(identifierOnly(agent)).map(([name, value]) => [name, [value as unknown]]));
    return c.json({ objectType: 'Person', ...(names.length ? { name: names } : {}), ...identifiers });
  });

  app.all('*', (c) => {
    const known = /\/(statements|activities|activities\/state|activities\/profile|agents|agents\/profile|about)$/.test(c.req.path);
    throw known
      ? new ServerError('method-not-allowed', `${c.req.method} is not possible here.`)
      : new ServerError('not-found', 'The LRS has no such resource.');
  });
  return app;
}
