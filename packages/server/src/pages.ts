import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { assetFolders } from './assets.js';
import { pathBelow, serveFile } from './content/serve-file.js';
import { staticFolder, type StaticFolder } from './content/static-folder.js';
import type { CourseStore } from './courseware/course-store.js';
import { ServerError } from './errors.js';
import type { Origins } from './http/origins.js';
import { fillPlayPage } from './play-page.js';

export interface PageServices {
  readonly courses: CourseStore;
  readonly originsOf: (request: Request) => Origins;
  /** The course that the campus's front page begins with, if there is one. */
  readonly frontCourse: string | undefined;
}

/** The campus, the page that is only the player, and the bundles they load. */
const WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'";
/** The page's worker fetches what the page would: from here, and from the content origin. It serves the pages that ask for it, and what their own workers are made of. */
const pageWorker = ({ content }: Origins): Record<string, string> => ({ 'Service-Worker-Allowed': '/', 'Content-Security-Policy': `default-src 'none'; connect-src 'self' ${content}` });
const FILLED = { 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' };

export function pageRoutes({ courses, originsOf, frontCourse }: PageServices): Hono {
  const app = new Hono();
  const campus = staticFolder(assetFolders.campus);
  for (const path of ['/', '/play/*', '/lectern/*', '/campus/*', '/dispatched/*']) app.use(path, compress());

  app.get('/', async (c) => {
    const response = await page(c.req.raw, campus, 'index.html');
    const known = frontCourse === undefined ? undefined : await courses.find(frontCourse);
    return known ? c.html(fillPlayPage(await response.text(), known, originsOf(c.req.raw)), 200, FILLED) : response;
  });
  app.get('/play/:courseId', async (c) => {
    const known = await courses.find(c.req.param('courseId'));
    const response = await page(c.req.raw, campus, 'play.html');
    // The page shows the fault itself, in the reader's language; machines see the status.
    if (!known) return new Response(response.body, { status: 404, headers: response.headers });
    return c.html(fillPlayPage(await response.text(), known, originsOf(c.req.raw)), 200, FILLED);
  });
  for (const [prefix, folder] of [['/lectern/', staticFolder(assetFolders.components)], ['/campus/', campus], ['/dispatched/', staticFolder(assetFolders.framed)]] as const) {
    app.get(`${prefix}*`, async (c) => {
      const path = pathBelow(new URL(c.req.url).pathname, prefix);
      const file = path === undefined ? undefined : await folder.find(path);
      if (!file || path === undefined) throw new ServerError('not-found', 'There is no such file.', { file: path ?? 'path' });
      // Chunks carry a hash of their content in their name.
      const isChunk = /-[\w-]{8,}\.js$/.test(path);
      return serveFile(c.req.raw, path, file, {
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Access-Control-Allow-Origin': '*',
        // A worker has a policy of its own: pdf.js's may compile its image decoders, which the page may not.
        ...(path.startsWith('pdf/') ? { 'Content-Security-Policy': WORKER_POLICY } : {}),
        ...(path === 'page-worker.js' ? pageWorker(originsOf(c.req.raw)) : {}),
        ...(isChunk ? { 'Cache-Control': 'public, max-age=31536000, immutable' } : {}),
      });
    });
  }
  return app;
}

async function page(request: Request, campus: StaticFolder, name: string): Promise<Response> {
  const file = await campus.find(name);
  if (!file) throw new ServerError('not-built', 'The campus’s pages are missing from this installation.', { file: name });
  return serveFile(new Request(request.url, { method: request.method }), name, file);
}
