/**
 * Browser tests straight from the source: nothing needs to be built first.
 * `npx wtr --files packages/components/src/course-player/course-player.test.ts` runs one file; `LECTERN_ENGINE=firefox` or `webkit` before it, in another engine.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { findBrowser } from './scripts/browser.mjs';
import { ensureLocales } from './scripts/localize.mjs';
import { entryPoints, root } from './scripts/workspace.mjs';

await ensureLocales();
const entries = entryPoints();
const fixtures = resolve(root, process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures');

/** `@lectern/*` is the source that its package exports. */
const workspacePlugin = {
  name: 'lectern-workspace-sources',
  resolveImport({ source }) {
    if (!source.startsWith('@lectern/')) return undefined;
    const file = entries.get(source);
    if (!file) throw new Error(`${source} is not in the "exports" of its package.`);
    return `/${relative(root, file).split(sep).join('/')}`;
  },
};

/** A second is too short for `waitUntil` where CI's machine has other things to do; what is to happen still has to happen. */
const patiencePlugin = {
  name: 'lectern-patience',
  transform({ path, body }) {
    if (!path.endsWith('/@open-wc/testing-helpers/src/helpers.js')) return undefined;
    if (!body.includes('timeout = 1000')) throw new Error('waitUntil has another default now; see web-test-runner.config.mjs.');
    return { body: body.replace('timeout = 1000', 'timeout = 8000') };
  },
};

/** Shared fixtures live outside the repository; tests fetch them from /__fixtures__/ and skip on 404. */
async function serveFixtures(context, next) {
  if (!context.path.startsWith('/__fixtures__/')) return next();
  const file = join(fixtures, decodeURIComponent(context.path.slice('/__fixtures__/'.length)));
  if (!file.startsWith(fixtures + sep) || !existsSync(file) || !statSync(file).isFile()) {
    context.status = 404;
    return undefined;
  }
  context.type = 'application/octet-stream';
  context.body = createReadStream(file);
  return undefined;
}

/** What the bundle has beside it in `pdf/`, from where npm put it; for other origins too, as a CDN would. */
function servePdfAssets(context, next) {
  const at = '/packages/components/src/bundle/pdf/';
  if (context.path.startsWith(at)) {
    context.url = `/node_modules/pdfjs-dist/${context.path.slice(at.length)}`;
    context.set('Access-Control-Allow-Origin', '*');
  }
  return next();
}

/** A file that a test has made, for frames of another origin, which cannot see its blobs: `/__bytes__/<base64url>`. */
function serveBytes(context, next) {
  const at = '/__bytes__/';
  if (!context.path.startsWith(at)) return next();
  context.type = 'application/octet-stream';
  context.body = Buffer.from(context.path.slice(at.length), 'base64url');
  return undefined;
}

async function launcher() {
  switch (process.env['LECTERN_ENGINE']) {
    case 'firefox':
      return (await import('./scripts/engines.mjs')).firefoxLauncher();
    case 'webkit':
      return (await import('./scripts/engines.mjs')).webkitLauncher();
    default: {
      const { executablePath, args, env } = await findBrowser();
      return playwrightLauncher({ product: 'chromium', launchOptions: { executablePath, args, env } });
    }
  }
}

export default {
  rootDir: root,
  files: ['packages/*/src/**/*.test.ts', '!packages/*/src/**/*.node.test.ts'],
  // As the browser bundle resolves (rollup.config.mjs): published builds, ES modules before UMD.
  nodeResolve: { browser: true, exportConditions: ['production'], mainFields: ['module', 'browser', 'main'] },
  plugins: [workspacePlugin, patiencePlugin, esbuildPlugin({ ts: true, target: 'es2022', tsconfig: join(root, 'packages/components/tsconfig.json') })],
  middleware: [serveFixtures, servePdfAssets, serveBytes],
  concurrency: 2,
  browsers: [await launcher()],
  // Other engines have one page at a time.
  ...(['firefox', 'webkit'].includes(process.env['LECTERN_ENGINE'] ?? '') ? { testsFinishTimeout: 300_000 } : {}),
  testFramework: { config: { timeout: 20_000 } },
};
