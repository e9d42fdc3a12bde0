/** The components' manifest: one source for Storybook's tables, the docs and editors. Not in git; scripts/build.mjs writes it. */
export default {
  globs: ['packages/components/src/**/*.ts'],
  exclude: ['**/*.test.ts', '**/*.fixture.ts', '**/locales/generated/**', '**/internal/**'],
  outdir: 'packages/components',
  litelement: true,
  packagejson: false,
  plugins: [
    {
      // The manifest ships inside the package: its paths are the package's, and name what is shipped.
      name: 'lectern-published-paths',
      packageLinkPhase({ customElementsManifest }) {
        const published = (path) => path.replace(/^packages\/components\/src\/(.+)\.ts$/, 'dist/$1.js');
        const rewrite = (node) => {
          for (const [key, value] of Object.entries(node)) {
            if ((key === 'path' || key === 'module') && typeof value === 'string') node[key] = published(value);
            else if (value && typeof value === 'object') rewrite(value);
          }
        };
        rewrite(customElementsManifest);
      },
    },
  ],
};
