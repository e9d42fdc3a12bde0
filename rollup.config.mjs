/**
 * Every package as ES modules, file by file, its dependencies left to whoever installs it; and two bundles for pages
 * without a build step: the components (`lectern.js`), the courseware frame (`frame.js`) what opens a packed course (`launch.js`) and a dispatched one (`stub.js`, `framed.js`), code-split and minified.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';
import { recordGraph, shipGraph } from './scripts/bundle-graph.mjs';
import { leanSources } from './scripts/lean-sources.mjs';
import { packages, root, sourcesOf, workspaceSources } from './scripts/workspace.mjs';

const isExternal = (id) => !id.startsWith('.') && !isAbsolute(id);

/** esbuild reads each package's own tsconfig.json: Lit's decorators in components, standard fields elsewhere. */
const typescript = () => esbuild({ target: 'es2022', sourceMap: true });

function library(pkg) {
  return {
    input: sourcesOf(pkg),
    external: isExternal,
    plugins: [nodeResolve({ extensions: ['.ts'] }), typescript()],
    output: {
      dir: join(pkg.dir, 'dist'),
      format: 'es',
      preserveModules: true,
      preserveModulesRoot: join(pkg.dir, 'src'),
      sourcemap: true,
    },
  };
}

/** model-viewer compiles WebAssembly as soon as it loads, which a strict CSP refuses; the stand-in waits for a compressed model. */
function lateMeshoptDecoder() {
  const standIn = join(root, 'packages/components/src/simulation-viewer/late-meshopt-decoder.ts');
  return {
    name: 'lectern-late-meshopt-decoder',
    resolveId: (source, importer) => (source.endsWith('/meshopt_decoder.module.js') && importer !== standIn ? standIn : null),
  };
}

/** A page beside its bundle, as it is. */
function page(file) {
  return {
    name: 'lectern-page',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'index.html', source: readFileSync(join(root, file), 'utf8') });
    },
  };
}

/** A path that is relative to a source, as it is from a chunk. */
function moveTo(context, code, from, to) {
  const moved = code.replace(from, to);
  if (moved === code) context.error(`${from} has another name now.`);
  return moved;
}

/**
 * What pdf.js fetches while it works, beside the bundle in `pdf/` and laid out as its package is: the worker, and what a file may name but not
 * carry. A chunk finds it from where it lies.
 */
function pdfAssets() {
  const from = join(root, 'node_modules/pdfjs-dist');
  return {
    name: 'lectern-pdf-assets',
    transform(code, id) {
      if (id.endsWith('/offline/page-keeper.ts')) return moveTo(this, code, '../../bundle/', '../');
      return id.endsWith('/document/pdf-assets.ts') ? moveTo(this, code, '../../../bundle/pdf/', '../pdf/') : null;
    },
    generateBundle() {
      const names = [];
      const emit = (path) => {
        names.push(path);
        this.emitFile({ type: 'asset', fileName: `pdf/${path}`, source: readFileSync(join(from, path)) });
      };
      for (const path of ['LICENSE', 'legacy/build/pdf.worker.min.mjs']) emit(path);
      for (const folder of ['cmaps', 'standard_fonts', 'wasm', 'iccs']) for (const file of readdirSync(join(from, folder))) emit(`${folder}/${file}`);
      // By this a page keeps them for times without a network.
      this.emitFile({ type: 'asset', fileName: 'pdf/files.json', source: JSON.stringify(names) });
    },
  };
}

function bundle(name, source, dir, plugins = [], output = {}) {
  return {
    input: { [name]: join(root, source) },
    // Where there is no DOMParser, in Node: browsers never ask for it, and in CommonJS it would not run here.
    external: ['@xmldom/xmldom'],
    plugins: [
      workspaceSources(),
      lateMeshoptDecoder(),
      nodeResolve({ browser: true, exportConditions: ['production'], mainFields: ['module', 'browser', 'main'], extensions: ['.ts', '.mjs', '.js'] }),
      leanSources(),
      typescript(),
      recordGraph(name),
      ...plugins,
    ],
    output: {
      dir: join(root, dir),
      format: 'es',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      // A request costs more than a few hundred bytes too many.
      // A request costs more than a few hundred bytes too many; what is larger would come with the first video, too, which needs none of it.
      experimentalMinChunkSize: 1_000,
      ...output,
      plugins: [terser({ module: true, ecma: 2022, format: { comments: false } })],
    },
  };
}

const bundles = [
  ['frame', 'packages/courseware/src/frame/main.ts', 'packages/courseware/dist/frame-page', [page('packages/courseware/assets/frame.html'), shipGraph()]],
  // One file that begins with no import, so that a browser whose workers are not modules takes it too.
  ['worker', 'packages/courseware/src/worker/main.ts', 'packages/courseware/dist/frame-page', [], { inlineDynamicImports: true, experimentalMinChunkSize: 0 }],
  ['lectern', 'packages/components/src/define-all.ts', 'packages/components/dist/bundle', [pdfAssets(), shipGraph()]],
  // The worker of a page with a player, beside the player's bundle.
  ['page-worker', 'packages/courseware/src/worker/page.ts', 'packages/components/dist/bundle', [], { inlineDynamicImports: true, experimentalMinChunkSize: 0 }],
  // What opens a packed course inside an LMS.
  ['launch', 'packages/lms/src/launch-page/main.ts', 'packages/lms/dist/launch-page', [shipGraph()]],
  // A dispatched course: what lies in the other LMS, and the page that it shows.
  ['stub', 'packages/lms/src/dispatch/stub.ts', 'packages/lms/dist/dispatch-page/stub', [shipGraph()]],
  ['framed', 'packages/lms/src/dispatch/framed.ts', 'packages/lms/dist/dispatch-page/framed', []],
];

/** `rollup -c` makes all; `--configOnly=libraries` or `--configOnly=bundles` one half, as scripts/build.mjs asks. */
export default ({ configOnly }) => [
  ...(configOnly === 'bundles' ? [] : packages.map(library).filter(({ input }) => input.length > 0)),
  ...(configOnly === 'libraries' ? [] : bundles.map((options) => bundle(...options))),
];
