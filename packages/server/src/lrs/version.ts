import type { MiddlewareHandler } from 'hono';
import { ServerError } from '../errors.js';
import type { LrsEnv } from './lrs-env.js';

/** What `GET about` lists. */
export const SUPPORTED_VERSIONS = ['1.0.3', '1.0.2', '1.0.1', '1.0.0', '2.0.0'] as const;

/** Negotiates the version (Communication 3.3): the header is required everywhere but at `about`. */
export const negotiateVersion: MiddlewareHandler<LrsEnv> = async (c, next) => {
  const asked = c.req.header('x-experience-api-version');
  const version = asked !== undefined && /^2\.0(\.\d+)?$/.test(asked) ? '2.0.0' : '1.0.3';
  c.header('X-Experience-API-Version', version);
  c.set('version', version);
  const known = asked !== undefined && /^(1\.0(\.\d+)?|2\.0(\.\d+)?)$/.test(asked);
  if (!known && !c.req.path.endsWith('/about')) {
    throw new ServerError('version-unsupported', asked === undefined ? 'The header X-Experience-API-Version is missing.' : `The version "${asked.slice(0, 20)}" is not supported: use 1.0.3 or 2.0.0.`, {
      field: 'X-Experience-API-Version', clause: 'xAPI Communication 3.3',
    });
  }
  await next();
};
