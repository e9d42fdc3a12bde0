/** A folder over HTTP on a free port, for checks that need a real page: story smoke, sizes, benchmarks. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.glb': 'model/gltf-binary',
  '.jpg': 'image/jpeg',
  '.md': 'text/markdown; charset=utf-8',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.vtt': 'text/vtt; charset=utf-8',
};

function fileIn(folder, path) {
  const file = join(folder, normalize(path.endsWith('/') ? `${path}index.html` : path));
  if (!file.startsWith(folder + sep)) return undefined;
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() ? { file, size: stats.size } : undefined;
}

/** One byte range of a request, as video needs it to seek; anything else is answered in full. */
function byteRange(header, size) {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = Math.min(match[2] ? Number(match[2]) : size - 1, size - 1);
  return start <= end ? { start, end } : undefined;
}

/**
 * @param {string | Record<string, string>} folders one folder, or folders by URL prefix (`{ '/': a, '/bundle/': b }`)
 * @param {Record<string, (request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void>} [routes] answers by exact path
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` without a trailing slash
 */
export async function serveStatic(folders, routes = {}) {
  const mounts = Object.entries(typeof folders === 'string' ? { '/': folders } : folders).sort(([a], [b]) => b.length - a.length);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const route = routes[path];
    if (route) return route(request, response);
    const mount = mounts.find(([prefix]) => path.startsWith(prefix));
    const found = mount && fileIn(mount[1], path.slice(mount[0].length - 1));
    if (!found) return response.writeHead(404).end();
    const range = byteRange(request.headers.range, found.size);
    const length = range ? range.end - range.start + 1 : found.size;
    response.writeHead(range ? 206 : 200, {
      'content-type': TYPES[extname(found.file)] ?? 'application/octet-stream',
      'content-length': length,
      'accept-ranges': 'bytes',
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${found.size}` }),
    });
    return createReadStream(found.file, range).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    }),
  };
}
