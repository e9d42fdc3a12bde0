/** The components' manifest: one source for Storybook's tables, the docs and editors. Not in git; scripts/build.mjs writes it. */
export default {
  globs: ['packages/components/src/**/*.ts'],
  exclude: ['**/*.test.ts', '**/*.fixture.ts', '**/locales/generated/**', '**/internal/**', '**/src/{frameworks,react,vue,svelte,angular}/**'],
  outdir: 'packages/components',
  litelement: true,
  packagejson: false,
  plugins: [
    {
      // Whoever uses an element has no use for what is inside it, nor for events that were only guessed from the arguments of
      // `dispatchEvent`: the real ones are described.
      name: 'lectern-public-members',
      packageLinkPhase({ customElementsManifest }) {
        for (const declaration of customElementsManifest.modules.flatMap((module) => module.declarations ?? [])) {
          if (declaration.members) declaration.members = declaration.members.filter(({ name, privacy }) => !name.startsWith('#') && !['private', 'protected'].includes(privacy));
          if (declaration.events) declaration.events = declaration.events.filter(({ description }) => description);
        }
      },
    },
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
