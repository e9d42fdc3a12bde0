/**
 * Strict TypeScript, Lit's template rules, the house rules, and the import directions of the architecture
 * (docs/architecture.md). scripts/eslint-config.node.test.ts proves that the last two catch what they should.
 */
import js from '@eslint/js';
import globals from 'globals';
import { configs as lit } from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';

/** What each package may import of ours; everything else of ours is refused. */
const directions = {
  core: [],
  courseware: ['core'],
  lms: ['core'],
  components: ['core', 'courseware'],
  server: ['core', 'courseware', 'lms'],
  cli: ['core', 'courseware', 'lms', 'server'],
};
const names = Object.keys(directions);

/** Rules written as selectors: ESLint has no rule of its own for them. */
const everywhere = [
  ['TSEnumDeclaration', 'No enum: use a union of literals or a const table.'],
  ["CallExpression[callee.property.name='postMessage'][arguments.1.value='*']", 'Name the target origin: never post to "*".'],
];
const shipped = [
  ["Program > VariableDeclaration[kind='let'], Program > ExportNamedDeclaration > VariableDeclaration[kind='let']",
    'No module-level mutable state: two players on one page share nothing.'],
  ["CallExpression:matches([callee.name='addEventListener'], [callee.property.name='addEventListener'])[arguments.0.value=/^(before)?unload$/]",
    'Never unload or beforeunload: use visibilitychange and pagehide.'],
  ["CallExpression[callee.object.name=/^(window|globalThis)$/][callee.property.name='dispatchEvent']",
    'No window-level events: dispatch on the element or the session.'],
  ["AssignmentExpression[left.property.name=/^(inner|outer)HTML$/], CallExpression[callee.property.name='insertAdjacentHTML']",
    'Nothing foreign reaches innerHTML: render with Lit.'],
  ["ImportDeclaration[source.value=/^lit\\u002fdirectives\\u002funsafe-/]",
    'Nothing foreign reaches innerHTML: sanitise first, and say so beside an eslint-disable.'],
];

/** `import()` and `import('…').Type`, which no-restricted-imports does not see. */
const dynamicImports = (pattern, message) => {
  const escaped = pattern.replaceAll('/', '\\u002f');
  return [
    [`ImportExpression[source.value=/${escaped}/]`, message],
    [`TSImportType[source.value=/${escaped}/], TSImportType > TSLiteralType[literal.value=/${escaped}/]`, message],
  ];
};

/** Refused specifiers as regular expressions with their reasons, for a package that may import `allowed`. */
function refused(name, allowed) {
  const others = names.filter((other) => other !== name && !allowed.includes(other));
  const rules = [
    [`^@lectern/(?:${others.join('|')})(?:/|$)`, `@lectern/${name} may import ${allowed.length ? allowed.join(', ') : 'nothing of ours'} (docs/architecture.md).`],
    [`^@lectern/${name}(?:/|$)`, 'Inside a package import by relative path.'],
    [`^(?:\\.\\./)+(?:packages/)?(?:${names.join('|')})/(?:src|dist)/`, 'Other packages are imported by name, never by path.'],
    ['^@lectern/[a-z]+/(?:src|dist)/', 'Only what a package exports may be imported.'],
  ];
  if (name === 'core') rules.push(['^node:', 'core does no I/O and runs anywhere.']);
  return rules;
}

function houseRules(selectors, refusals) {
  return {
    'no-restricted-imports': ['error', { patterns: refusals.map(([regex, message]) => ({ regex, message })) }],
    'no-restricted-syntax': [
      'error',
      ...[...selectors, ...refusals.flatMap(([pattern, message]) => dynamicImports(pattern, message))]
        .map(([selector, message]) => ({ selector, message })),
    ],
  };
}

const tests = ['**/*.test.ts', '**/*.fixture.ts'];

function packageRules(name) {
  const source = [`packages/${name}/src/**/*.ts`];
  // Tests may do to a page and to the machine what shipped code may not; import directions hold for both.
  const outside = name === 'core' ? refused(name, directions[name]).filter(([pattern]) => pattern !== '^node:') : refused(name, directions[name]);
  return [
    { files: source, rules: houseRules([...everywhere, ...shipped], refused(name, directions[name])) },
    { files: source.map((glob) => glob.replace('*.ts', '*.{test,fixture}.ts')), rules: houseRules(everywhere, outside) },
  ];
}

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.cache/', '.lectern/', 'storybook-static/', 'docs/api/', 'coverage/', 'bench/results/', 'packages/components/src/locales/generated/', 'packages/components/src/frameworks/generated/', 'packages/*/assets/'] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  { files: ['**/*.ts'], extends: [tseslint.configs.strict], rules: {
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
    // With noUncheckedIndexedAccess, `!` is how an index known to be in bounds is written.
    '@typescript-eslint/no-non-null-assertion': 'off',
    'no-undef': 'off',
  } },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: tests,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['warn', { max: 300 }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ['packages/components/src/**/*.ts', 'stories/**/*.ts'], extends: [lit['flat/recommended']] },
  ...names.flatMap(packageRules),
  // Records go out through the session's connection: the rest of the components know nothing of any LMS.
  {
    files: ['packages/components/src/learning-session/**/*.ts'],
    rules: houseRules([...everywhere, ...shipped], refused('components', [...directions.components, 'lms'])),
  },
  {
    files: ['packages/components/src/learning-session/**/*.{test,fixture}.ts'],
    rules: houseRules(everywhere, refused('components', [...directions.components, 'lms'])),
  },
  { files: tests, rules: { '@typescript-eslint/no-dynamic-delete': 'off', '@typescript-eslint/no-unused-expressions': 'off', 'no-console': 'off' } },
  { files: ['packages/cli/src/**/*.ts', 'packages/cli/bin/**', 'e2e/**', 'bench/**', 'scripts/**', 'docs/recipes/**', '.storybook/**', '*.mjs'], rules: { 'no-console': 'off' } },
  { files: ['**/*.mjs', 'packages/cli/bin/**', 'scripts/**', 'bench/**', 'e2e/**', '.storybook/**'], languageOptions: { globals: { ...globals.node } } },
  // Code inside page.evaluate() runs in the browser, as the demo courses do.
  { files: ['scripts/**', 'bench/**', 'e2e/**', 'packages/server/demo/**', 'packages/server/campus/**'], languageOptions: { globals: { ...globals.browser } } },
);
