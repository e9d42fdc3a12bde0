import type { StorybookConfig } from '@storybook/web-components-vite';
import { mergeConfig } from 'vite';
import { workspaceSources } from '../scripts/workspace.mjs';

const config: StorybookConfig = {
  framework: '@storybook/web-components-vite',
  stories: ['../stories/**/*.stories.ts'],
  // The demo's own content, whole: a document's pictures and a model's description lie beside it.
  staticDirs: [{ from: '../packages/server/demo', to: '/demo' }],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // Stories run from the packages' source, as the browser tests do.
  viteFinal: (vite) => mergeConfig(vite, {
    plugins: [workspaceSources()],
    build: { chunkSizeWarningLimit: 4000 },
  }),
};

export default config;
