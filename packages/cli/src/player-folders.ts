import { fileURLToPath } from 'node:url';

/** Beside this package, in the workspace as in `node_modules`; this file lies one level below the package in `src` and in `dist`. */
const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Built bundles for pages, each with its `chunks.json`; by the name of its folder in a package. */
export const playerFolders = {
  /** The components, `lectern.js`. */
  player: from('../../components/dist/bundle'),
  /** The courseware frame, `index.html` and `frame.js`. */
  frame: from('../../courseware/dist/frame-page'),
  /** What opens a packed course, `launch.js`. */
  launch: from('../../lms/dist/launch-page'),
  /** What lies in another LMS for a dispatched course, `stub.js`. */
  stub: from('../../lms/dist/dispatch-page/stub'),
} as const;
