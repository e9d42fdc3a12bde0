import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build, transform, type Plugin } from 'esbuild';
import { chromium, type Browser } from 'playwright-core';
import { compile } from 'svelte/compiler';
import { compileScript, parse } from 'vue/compiler-sfc';
import { isLecternElement } from '@lectern/components/vue';
import { findBrowser } from '../scripts/browser.mjs';

const folder = new URL('frameworks/', import.meta.url).pathname;

/** Single-file components, as the frameworks' own bundler plugins compile them. */
const components: Plugin = {
  name: 'single-file-components',
  setup({ onLoad }) {
    onLoad({ filter: /\.vue$/ }, async ({ path }) => {
      const { descriptor } = parse(await readFile(path, 'utf8'), { filename: path });
      const { content } = compileScript(descriptor, { id: 'app', inlineTemplate: true, templateOptions: { compilerOptions: { isCustomElement: isLecternElement } } });
      return { contents: content, loader: 'ts', resolveDir: folder };
    });
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, 'utf8'), { filename: path, generate: 'client' });
      return { contents: (await transform(js.code, { loader: 'ts', tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } } })).code, loader: 'js', resolveDir: folder };
    });
  },
};

const ENTRIES: Readonly<Record<string, string>> = {
  react: `import './react.tsx';`,
  vue: `import './vue.ts';`,
  svelte: `import { mount } from 'svelte'; import App from './App.svelte'; mount(App, { target: document.body });`,
  angular: `import './angular.ts';`,
};

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

describe('the elements in the frameworks of others', () => {
  let browser: Browser;
  let server: Server;
  let out: string;
  let origin: string;

  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'lectern-frameworks-'));
    // What is published, and each example with what its framework makes of it.
    await Promise.all(Object.entries(ENTRIES).map(([name, contents]) => build({
      stdin: { contents, resolveDir: folder, loader: 'ts' },
      outdir: join(out, name), entryNames: 'app', bundle: true, splitting: true, format: 'esm', target: 'es2022', plugins: [components], logLevel: 'silent', minify: true,
      conditions: ['browser', 'production'], mainFields: ['browser', 'module', 'main'], define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
      external: ['@xmldom/xmldom'],
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true, jsx: 'react-jsx', target: 'ES2022', useDefineForClassFields: false } },
    })));
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      const name = pathname.slice(1);
      if (name in ENTRIES) {
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        response.end(`<!doctype html><html lang="en"><title>${name}</title><body><script type="module" src="/${name}/app.js"></script></body></html>`);
        return;
      }
      readFile(join(out, pathname)).then((file) => {
        response.setHeader('Content-Type', TYPES[extname(pathname)] ?? 'application/octet-stream');
        response.end(file);
      }, () => response.writeHead(404).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { executablePath, args, env } = await findBrowser();
    browser = await chromium.launch({ executablePath, args, env });
  });

  after(async () => {
    await browser?.close();
    server?.close();
    await rm(out, { recursive: true, force: true });
  });

  for (const name of Object.keys(ENTRIES)) {
    it(`take properties from ${name}, and tell it what happens`, async () => {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(`${origin}/${name}`);
      await page.locator('#unit', { hasText: 'read' }).waitFor({ timeout: 15_000 }).catch(() => undefined);
      const seen = await page.evaluate(() => {
        const player = document.querySelector('course-player') as unknown as { course?: { id: string }; headingLevel: number } | null;
        return { course: player?.course?.id, level: player?.headingLevel, unit: document.querySelector('#unit')?.textContent, heard: document.body.dataset['heard'], styled: document.querySelector('learning-session')?.className };
      });
      assert.deepEqual({ ...seen, errors }, { course: 'https://frameworks.example/course', level: 2, unit: 'read', heard: 'lms:none ', styled: 'session', errors: [] });
      await page.close();
    });
  }
});
