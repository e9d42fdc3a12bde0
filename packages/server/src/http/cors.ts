import type { MiddlewareHandler } from 'hono';

const HEADERS = 'Authorization, Content-Type, If-Match, If-None-Match, X-Experience-API-Version';
const EXPOSED = 'ETag, Last-Modified, Content-Range, X-Experience-API-Version, X-Experience-API-Consistent-Through, Retry-After, Date';

/**
 * Pages of any site may call: each request carries its own token in a header, and no cookie means anything here, so another
 * site's page can do nothing with a learner's browser that it could not do by itself.
 */
export const allowAnyOrigin: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method')) {
    return new Response(null, {
      status: 204,
      headers: {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
        'Access-Control-Allow-Headers': HEADERS,
        'Access-Control-Max-Age': '7200',
      },
    });
  }
  await next();
  c.res.headers.set('Access-Control-Allow-Origin', '*');
  c.res.headers.set('Access-Control-Expose-Headers', EXPOSED);
  return undefined;
};
