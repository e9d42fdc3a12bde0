import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { ServerConfig } from '../config.js';
import { ServerError } from '../errors.js';
import type { Origins } from '../http/origins.js';
import { problemResponse } from '../http/problem.js';
import type { ContentStore } from './content-store.js';
import { RETURNED_POLICY, returnedPage } from './returned-page.js';
import { pathBelow, serveFile } from './serve-file.js';
import type { StaticFolder } from './static-folder.js';

export interface ContentServices {
  readonly config: ServerConfig;
  readonly content: ContentStore;
  readonly originsOf: (request: Request) => Origins;
  /** The courseware frame's files. */
  readonly frame: StaticFolder;
  /** h5p-standalone, if it is installed: beside the frame, in `h5p/`. */
  readonly h5p?: StaticFolder | undefined;
  /** Who else may frame content, beside the configuration's embedders: pages of LMSs that show a course under a licence. */
  readonly framers: () => Promise<readonly string[]>;
}

const SHARED = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Content-Range, Content-Length, Accept-Ranges, ETag',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  // A launch address holds a one-time secret: it must not travel on to whatever the content loads.
  'Referrer-Policy': 'no-referrer',
} as const;

/** The content origin: foreign files, and the frame that runs them. Nothing here knows a learner or a key. */
export function createContentApp({ config, content, frame, h5p, framers, originsOf }: ContentServices): Hono {
  const app = new Hono();
  const policy = async (request: Request): Promise<string> => contentPolicy([...config.embedders, ...(await framers())], originsOf(request));

  app.onError((error) => withShared(problemResponse(error)));
  app.notFound(() => withShared(problemResponse(new ServerError('not-found', 'There is no such content.'))));

  app.on('OPTIONS', '*', () => new Response(null, {
    status: 204,
    headers: { ...SHARED, 'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS', 'Access-Control-Allow-Headers': 'Range, If-None-Match', 'Access-Control-Max-Age': '7200' },
  }));

  app.get('/healthz', (c) => c.text('ok'));

  app.get('/returned', (c) => c.html(returnedPage(c.req.header('accept-language')), 200, { ...SHARED, 'Cache-Control': 'no-store', 'Content-Security-Policy': RETURNED_POLICY, 'X-Content-Type-Options': 'nosniff' }));

  app.get('/c/:id/*', async (c) => {
    const id = c.req.param('id');
    const path = pathBelow(new URL(c.req.url).pathname, `/c/${id}/`);
    const file = path === undefined ? undefined : await content.find(id, path);
    if (!file || path === undefined) throw new ServerError('not-found', 'There is no such file in this course.', { file: path ?? 'path' });
    return serveFile(c.req.raw, path, file, { ...SHARED, 'Content-Security-Policy': await policy(c.req.raw) });
  });

  app.use('/frame/*', compress());
  app.get('/frame', (c) => c.redirect('/frame/', 308));
  app.get('/frame/*', async (c) => {
    const asked = pathBelow(new URL(c.req.url).pathname, '/frame/');
    if (asked === undefined) throw new ServerError('not-found', 'The courseware frame has no such file.', { file: 'path' });
    const path = asked || 'index.html';
    const file = await (path.startsWith('h5p/') ? h5p?.find(path.slice('h5p/'.length)) : frame.find(path));
    // The worker keeps what is beside its folder, too: the courses' files.
    const scope: Record<string, string> = path === 'worker.js' ? { 'Service-Worker-Allowed': '/' } : {};
    if (file) return serveFile(c.req.raw, path, file, { ...SHARED, ...scope, 'Content-Security-Policy': await policy(c.req.raw) });
    if (path.startsWith('h5p/') && !h5p) throw new ServerError('not-found', 'h5p-standalone is not installed beside the server: npm install --ignore-scripts h5p-standalone.', { file: path });
    throw new ServerError(path === 'index.html' ? 'not-built' : 'not-found', 'The courseware frame has no such file; was the project built?', { file: path });
  });

  return app;
}

/** Foreign content was written for no policy at all; what matters is who may frame it, and that this origin has nothing to steal. */
function contentPolicy(embedders: readonly string[], { public: host, content }: Origins): string {
  const ancestors = embedders.includes('*') ? '*' : ["'self'", host, ...embedders].join(' ');
  return [
    `default-src 'self' https: data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'`,
    `connect-src 'self' https: wss: data: blob: ${host} ${content}`,
    // A dispatched course shows its owner's page: this very server's, where it has it from.
    `frame-src 'self' https: data: blob: ${host} ${content}`,
    `object-src 'self'`,
    `frame-ancestors ${ancestors}`,
  ].join('; ');
}

function withShared(response: Response): Response {
  for (const [name, value] of Object.entries(SHARED)) response.headers.set(name, value);
  response.headers.set('X-Content-Type-Options', 'nosniff');
  return response;
}
