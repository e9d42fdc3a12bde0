import type { MiddlewareHandler } from 'hono';
import { ServerError } from '../errors.js';
import type { LrsEnv } from './lrs-env.js';
import type { XapiVersion } from './prepare-statement.js';

/** What `GET about` lists: the latest of each major version, and the patches of 1.0 that clients still look for (Communication 2.8). */
export const SUPPORTED_VERSIONS = ['1.0.3', '1.0.2', '1.0.1', '1.0.0', '2.0.0'] as const;

export const VERSION_HEADER = 'X-Experience-API-Version';

/** The version that a request speaks: any patch of 1.0 or 2.0 (Communication 3.3). */
export function readVersion(header: string | undefined): XapiVersion | undefined {
  if (header === undefined) return undefined;
  if (/^1\.0(\.\d{1,4})?$/.test(header)) return '1.0.3';
  return /^2\.0(\.\d{1,4})?$/.test(header) ? '2.0.0' : undefined;
}

/**
 * The version that an answer names: that of the request, in its latest patch. A request without the header is one of 0.9, the only
 * version that had none; we are no 0.9 LRS, so it is refused (Communication 3.3), and the answer says what it was taken for.
 */
export function answerVersion(header: string | undefined): string {
  if (header === undefined) return '0.9';
  return readVersion(header) ?? (/^([2-9]|\d\d)/.test(header) ? '2.0.0' : '1.0.3');
}

/** Negotiates the version for each request: the header is required everywhere but at `about`. */
export const negotiateVersion: MiddlewareHandler<LrsEnv> = async (c, next) => {
  const asked = c.req.header(VERSION_HEADER);
  const version = readVersion(asked);
  if (version === undefined && !c.req.path.endsWith('/about')) {
    throw new ServerError('version-unsupported', asked === undefined ? `The header ${VERSION_HEADER} is missing, as it was in 0.9: use 1.0.3 or 2.0.0.` : `The version "${asked.slice(0, 20)}" is not supported: use 1.0.3 or 2.0.0.`, {
      field: VERSION_HEADER, clause: 'xAPI Communication 3.3',
    });
  }
  c.set('version', version ?? '1.0.3');
  await next();
  c.res.headers.set(VERSION_HEADER, c.get('version'));
};
