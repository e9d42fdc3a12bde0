import { Hono, type Context } from 'hono';
import type { Authenticator } from '../auth/authenticate.js';
import { requireAdmin } from '../auth/principal.js';
import type { ServerConfig } from '../config.js';
import { ServerError } from '../errors.js';
import { readJson } from '../http/body.js';
import type { Origins } from '../http/origins.js';
import { readShape } from '../http/read-shape.js';
import { platformAddresses } from './platform-addresses.js';
import { createAddressRules } from './tool-address.js';
import type { Tool } from './tool.js';
import { addToolSchema, editToolSchema, type EditTool } from './tool-schemas.js';
import type { ToolStore } from './tool-store.js';

export interface ToolServices {
  readonly config: ServerConfig;
  readonly authenticate: Authenticator;
  readonly originsOf: (request: Request) => Origins;
  readonly tools: ToolStore;
}

const FRESH = { 'Cache-Control': 'no-store' } as const;

/** `/lti-platform/tools`: the tools that a tenant's courses may launch, and what each is to be told of this platform. */
export function toolRoutes({ config, authenticate, originsOf, tools }: ToolServices): Hono {
  const app = new Hono();
  const rules = createAddressRules(config);

  const view = (c: Context, { tenantId: _, ...tool }: Tool): object => {
    const { issuer, authorization, token, jwks } = platformAddresses(originsOf(c.req.raw), config);
    return { ...tool, platform: { issuer, authorizationUrl: authorization, tokenUrl: token, jwksUrl: jwks } };
  };

  const checkAddresses = ({ loginUrl, redirectUris = [], targetLinkUri, jwksUrl }: Pick<EditTool, 'loginUrl' | 'redirectUris' | 'targetLinkUri' | 'jwksUrl'>): void => {
    if (loginUrl !== undefined) rules.checkPage(loginUrl, 'loginUrl');
    for (const [index, uri] of redirectUris.entries()) rules.checkPage(uri, `redirectUris.${index}`);
    if (typeof targetLinkUri === 'string') rules.checkPage(targetLinkUri, 'targetLinkUri');
    if (jwksUrl !== undefined) rules.checkKeys(jwksUrl, 'jwksUrl');
  };

  app.post('/', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const draft = readShape(addToolSchema, await readJson(c.req.raw, config.limits.jsonBody));
    checkAddresses(draft);
    return c.json(view(c, await tools.add(tenantId, draft, key)), 201, FRESH);
  });

  app.get('/', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    return c.json({ tools: (await tools.list(tenantId)).map((tool) => view(c, tool)) }, 200, FRESH);
  });

  app.get('/:tool', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    const tool = await tools.find(tenantId, c.req.param('tool'));
    if (!tool) throw new ServerError('not-found', 'There is no such tool.', { field: 'tool' });
    return c.json(view(c, tool), 200, FRESH);
  });

  app.patch('/:tool', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const changes = readShape(editToolSchema, await readJson(c.req.raw, config.limits.jsonBody));
    checkAddresses(changes);
    return c.json(view(c, await tools.edit(tenantId, c.req.param('tool'), changes, key)), 200, FRESH);
  });

  app.delete('/:tool', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    await tools.remove(tenantId, c.req.param('tool'), key);
    return c.body(null, 204);
  });

  return app;
}
