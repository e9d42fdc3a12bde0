/** A small web host for measurements and end-to-end pages: the built bundle, the demo's video, and a stub LRS at a chosen distance. */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.vtt': 'text/vtt; charset=utf-8',
  '.webp': 'image/webp',
};

/**
 * @param {{ pages?: Record<string, string>, lrsDelay?: number, mounts: Record<string, string> }} options
 *   `mounts`: URL prefix → folder; `pages`: URL path → text; `lrsDelay`: milliseconds until the stub LRS answers
 */
export async function startHost({ pages = {}, lrsDelay = 0, mounts }) {
  const received = { statements: 0, requests: 0, ids: new Set(), times: new Map() };
  const gzipped = new Map();

  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://host');
    const cors = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'authorization, content-type, x-experience-api-version, if-match, if-none-match',
      'access-control-allow-methods': 'GET, PUT, POST, DELETE',
      'access-control-expose-headers': 'etag, x-experience-api-version, date',
      'access-control-max-age': '600',
    };
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
    if (url.pathname === '/token') return void json(response, token(), cors);
    if (url.pathname.startsWith('/xapi/')) return void answerLrs(request, response, url, cors);
    if (pages[url.pathname] !== undefined) {
      response.writeHead(200, { 'content-type': TYPES[extname(url.pathname)] ?? TYPES['.html'] });
      return void response.end(pages[url.pathname]);
    }
    for (const [prefix, folder] of Object.entries(mounts)) {
      if (!url.pathname.startsWith(prefix)) continue;
      const file = join(folder, normalize(`/${decodeURIComponent(url.pathname.slice(prefix.length))}`));
      if (existsSync(file) && statSync(file).isFile()) return void sendFile(request, response, file);
    }
    response.writeHead(404).end();
  });

  function token() {
    return {
      token: 'bench',
      expires: new Date(Date.now() + 3_600_000).toISOString(),
      endpoint: '/xapi/',
      actor: { objectType: 'Agent', account: { homePage: 'https://bench.example', name: 'learner' } },
      registration: '11111111-1111-4111-8111-111111111111',
      launchMode: 'Normal',
    };
  }

  function answerLrs(request, response, url, cors) {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      setTimeout(() => {
        received.requests += 1;
        const headers = { ...cors, 'x-experience-api-version': '1.0.3' };
        if (url.pathname.endsWith('/statements') && request.method === 'POST') {
          const body = JSON.parse(Buffer.concat(chunks).toString());
          const ids = (Array.isArray(body) ? body : [body]).map(({ id }) => id);
          for (const id of ids) {
            received.ids.add(id);
            received.times.set(id, (received.times.get(id) ?? 0) + 1);
          }
          received.statements += ids.length;
          return json(response, ids, headers);
        }
        if (request.method === 'GET') return response.writeHead(404, headers).end();
        response.writeHead(204, headers).end();
      }, lrsDelay);
    });
  }

  function json(response, value, headers = {}) {
    response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(value));
  }

  /** Text goes compressed, as any real host sends it; media in ranges. */
  function sendFile(request, response, file) {
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    if (/^(text|application\/json)/.test(type)) {
      if (!gzipped.has(file)) gzipped.set(file, gzipSync(readFileSync(file), { level: 9 }));
      const body = gzipped.get(file);
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', 'content-length': body.length, 'access-control-allow-origin': '*' });
      return response.end(body);
    }
    const { size } = statSync(file);
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const from = range ? Number(range[1]) : 0;
    const to = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
    response.writeHead(range ? 206 : 200, {
      'content-type': type,
      'content-length': to - from + 1,
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      ...(range ? { 'content-range': `bytes ${from}-${to}/${size}` } : {}),
    });
    createReadStream(file, { start: from, end: to }).pipe(response);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    received,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
