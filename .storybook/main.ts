import type { StorybookConfig } from '@storybook/web-components-vite';
import { mergeConfig } from 'vite';
import { workspaceSources } from '../scripts/workspace.mjs';

const config: StorybookConfig = {
  framework: '@storybook/web-components-vite',
  stories: ['../stories/**/*.stories.ts'],
  // The demo's own content, whole: a document's pictures and a model's description lie beside it.
  // And what pdf.js fetches, as it lies beside the bundle.
  staticDirs: [
    { from: '../packages/server/demo', to: '/demo' },
    { from: '../node_modules/pdfjs-dist/legacy/build/pdf.worker.min.mjs', to: '/pdfjs/legacy/build/pdf.worker.min.mjs' },
    ...['cmaps', 'standard_fonts', 'wasm', 'iccs'].map((folder) => ({ from: `../node_modules/pdfjs-dist/${folder}`, to: `/pdfjs/${folder}` })),
  ],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // Stories run from the packages' source, as the browser tests do.
  viteFinal: (vite) => mergeConfig(vite, {
    plugins: [workspaceSources()],
    build: { chunkSizeWarningLimit: 4000 },
  }),
};

export default config;
