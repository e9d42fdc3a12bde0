import type { MiddlewareHandler } from 'hono';
import { isLoopback, type ServerConfig } from '../config.js';
import type { Origins } from './origins.js';

/**
 * The policy of our own pages: scripts and styles from here alone, none inline, and every sink that could run text as code needs one of
 * the named Trusted Types policies (Lit's templates, DOMPurify's result). What a unit needs beyond `'self'` comes from the content origin.
 */
/** @param embedders who may frame the page; `*`: anybody */
export function pagePolicy({ embedders }: Pick<ServerConfig, 'embedders'>, { public: own, content }: Origins): string {
  // Tools under development are on this machine, too, where the server is.
  const local = isLoopback(new URL(own).hostname) ? ' http://127.0.0.1:* http://localhost:*' : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob: https: ${content}`,
    `media-src 'self' blob: https: ${content}`,
    `font-src 'self'`,
    `connect-src 'self' data: blob: ${content}`,
    `frame-src 'self' https:${local} ${content}`, // cmi5 and Tin Can units may live on their publisher's own site, and tools come by this one when they launch
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${embedders.includes('*') ? '*' : ["'self'", ...embedders].join(' ')}`,
    "require-trusted-types-for 'script'",
    "trusted-types lit-html dompurify lectern 'allow-duplicates'",
  ].join('; ');
}

export function securityHeaders(config: ServerConfig, originsOf: (request: Request) => Origins): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Referrer-Policy', 'strict-origin-when-cross-origin');
    headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=()');
    if (!headers.has('Content-Security-Policy')) {
      const isPage = headers.get('Content-Type')?.startsWith('text/html') ?? false;
      headers.set('Content-Security-Policy', isPage ? pagePolicy(config, originsOf(c.req.raw)) : "default-src 'none'; frame-ancestors 'none'");
    }
  };
}
