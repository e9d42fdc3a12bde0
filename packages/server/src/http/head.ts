import type { MiddlewareHandler } from 'hono';

/**
 * Answers HEAD with all the headers that GET has. Hono takes the body away by copying the response, and node-server's light copy
 * forgets what middleware had set on it: so the body goes here, outside of all other middleware.
 */
export const answerHead: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.req.method === 'HEAD') c.res = new Response(null, { status: c.res.status, headers: new Headers(c.res.headers) });
};
