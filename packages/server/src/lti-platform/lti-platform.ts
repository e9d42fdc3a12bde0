import type { UnitLaunch } from '@lectern/core';
import { Hono } from 'hono';
import type { Seal } from '../auth/seal.js';
import { isLoopback } from '../config.js';
import { createEndpointGuard } from '../forwarding/endpoint-guard.js';
import { createHttpClient } from '../forwarding/http-client.js';
import type { Origins } from '../http/origins.js';
import { authorizeRoutes, type AuthorizeServices } from './authorize-routes.js';
import { launchTool, type ToolLaunchRequest } from './launch-tool.js';
import { platformAddresses } from './platform-addresses.js';
import { createPlatformKeys } from './platform-keys.js';
import { createSealedTokens } from './sealed-token.js';
import { serviceRoutes, type ServiceServices } from './service-routes.js';
import { tokenRoutes, type TokenServices } from './token-routes.js';
import { toolRoutes, type ToolServices } from './tool-routes.js';
import { ToolStore } from './tool-store.js';

export type LtiPlatformServices = Omit<AuthorizeServices & TokenServices & ServiceServices & ToolServices, 'tools' | 'tokens' | 'keys' | 'client'> & { readonly seal: Seal };

/** The platform's side of LTI 1.3: launches other people's tools as units of courses, and takes their scores. */
export interface LtiPlatform {
  readonly routes: Hono;
  /** @throws ServerError `tool-unknown`, `tool-address`, `config-invalid` */
  launch(request: Omit<ToolLaunchRequest, 'issuer'>, origins: Origins): Promise<UnitLaunch>;
  close(): void;
}

/** Milliseconds that a tool may take to tell its keys. */
const TIMEOUT = 10_000;

export function createLtiPlatform(common: LtiPlatformServices): LtiPlatform {
  const { config, db, seal } = common;
  const guard = createEndpointGuard({ allowed: config.forwardAllow ?? [], loopback: isLoopback(config.host) });
  const client = createHttpClient({ lookup: guard.lookup, timeout: TIMEOUT });
  const keys = createPlatformKeys(db, seal);
  const services = { ...common, tools: new ToolStore(db), tokens: createSealedTokens(seal), keys, client };
  const routes = new Hono();
  routes.get('/jwks', async (c) => c.json(await keys.jwks(), 200, { 'Cache-Control': 'public, max-age=600', 'Access-Control-Allow-Origin': '*' }));
  routes.route('/tools', toolRoutes(services));
  routes.route('/', authorizeRoutes(services));
  routes.route('/', tokenRoutes(services));
  routes.route('/', serviceRoutes(services));
  return {
    routes,
    launch: (request, origins) => launchTool(services, { ...request, issuer: platformAddresses(origins, config).issuer }),
    close: () => client.close(),
  };
}
