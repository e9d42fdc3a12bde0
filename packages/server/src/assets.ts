import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside this package, in the workspace as in `node_modules`; this file lies one level below the package in `src` and in `dist`. */
const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const assetFolders = {
  /** The components' bundle, `lectern.js` and its chunks. */
  components: from('../../components/dist/bundle'),
  /** The courseware frame. */
  frame: from('../../courseware/dist/frame-page'),
  /** What runs the page that a dispatched course is shown by. */
  framed: from('../../lms/dist/dispatch-page/framed'),
  /** The demo campus's pages. */
  campus: from('../campus'),
  /** The demo course. */
  demo: from('../demo'),
} as const;

/** What plays H5P content: `dist` of h5p-standalone, where whoever runs the server has installed it. It is no dependency, because it carries H5P's core, which is under the GPL. */
export function h5pPlayerFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('h5p-standalone/dist/main.bundle.js'));
  } catch {
    return undefined;
  }
}
