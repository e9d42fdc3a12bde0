import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ESLint } from 'eslint';

// Type-aware rules need files that exist on disk; these snippets do not, and do not need them.
const eslint = new ESLint({
  overrideConfig: {
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      '@typescript-eslint/await-thenable': 'off',
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-misused-promises': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
    },
  },
});

async function messages(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: file });
  assert.ok(result);
  return result.messages.map(({ ruleId, message }) => ruleId ?? message);
}

const refusedImports: [file: string, specifier: string][] = [
  ['packages/core/src/course/x.ts', '@lectern/lms'],
  ['packages/core/src/course/x.ts', '@lectern/core'],
  ['packages/core/src/course/x.ts', 'node:fs'],
  ['packages/courseware/src/scorm/x.ts', '@lectern/lms/xapi'],
  ['packages/lms/src/xapi/x.ts', '@lectern/courseware'],
  ['packages/lms/src/xapi/x.test.ts', '@lectern/courseware'],
  ['packages/components/src/course-player/x.ts', '@lectern/lms'],
  ['packages/components/src/course-player/x.ts', '@lectern/server'],
  ['packages/components/src/learning-session/x.ts', '@lectern/server'],
  ['packages/server/src/x.ts', '@lectern/cli'],
  ['packages/server/src/x.ts', '@lectern/components'],
  ['packages/cli/src/x.ts', '@lectern/components/course-player'],
  ['packages/lms/src/outbox/x.ts', '../../../core/src/index.js'],
  ['packages/lms/src/outbox/x.ts', '@lectern/core/src/session/session.js'],
];

const allowedImports: [file: string, specifier: string][] = [
  ['packages/core/src/course/x.ts', '../session/session.js'],
  ['packages/core/src/course/x.node.test.ts', 'node:fs'],
  ['packages/courseware/src/scorm/x.ts', '@lectern/core'],
  ['packages/courseware/src/scorm/x.ts', '../cmi5/launch.js'],
  ['packages/components/src/learning-session/x.ts', '@lectern/lms/outbox'],
  ['packages/components/src/course-player/x.ts', '@lectern/courseware/scorm'],
  ['packages/server/src/x.ts', '@lectern/lms'],
  ['packages/cli/src/x.ts', '@lectern/server'],
];

test('imports against the architecture are refused, static, dynamic, re-exported or as types', async () => {
  for (const [file, specifier] of refusedImports) {
    assert.deepEqual(await messages(file, `import { a } from '${specifier}';\nexport const b = a;\n`), ['no-restricted-imports'], `${file} ← ${specifier}`);
    assert.deepEqual(await messages(file, `export * from '${specifier}';\n`), ['no-restricted-imports'], `${file} re-exports ${specifier}`);
    assert.deepEqual(await messages(file, `export const b = () => import('${specifier}');\n`), ['no-restricted-syntax'], `${file} loads ${specifier}`);
    assert.ok((await messages(file, `export type B = import('${specifier}').A;\n`)).includes('no-restricted-syntax'), `${file} names a type of ${specifier}`);
  }
});

test('imports along the architecture pass', async () => {
  for (const [file, specifier] of allowedImports) {
    assert.deepEqual(await messages(file, `import { a } from '${specifier}';\nexport const b = () => [a, import('${specifier}')];\n`), [], `${file} ← ${specifier}`);
  }
});

const refusedCode: [code: string, rule: string][] = [
  ['export enum A { B }', 'no-restricted-syntax'],
  ['export namespace A { export const b = 1; }', '@typescript-eslint/no-namespace'],
  ['export let count = 0;', 'no-restricted-syntax'],
  ['let count = 0;\nexport const next = (): number => ++count;', 'no-restricted-syntax'],
  ["export const f = (): void => addEventListener('beforeunload', () => undefined);", 'no-restricted-syntax'],
  ["export const f = (w: Window): void => w.addEventListener('unload', () => undefined);", 'no-restricted-syntax'],
  ["export const f = (): boolean => window.dispatchEvent(new Event('x'));", 'no-restricted-syntax'],
  ["export const f = (w: Window): void => w.postMessage({}, '*');", 'no-restricted-syntax'],
  ['export const f = (e: Element, s: string): void => { e.innerHTML = s; };', 'no-restricted-syntax'],
  ["import { unsafeHTML } from 'lit/directives/unsafe-html.js';\nexport const f = unsafeHTML;", 'no-restricted-syntax'],
  ['export const f = (s: string): unknown => eval(s);', 'no-eval'],
  ['export const f = (a: any): unknown => a;', '@typescript-eslint/no-explicit-any'],
  ["export const f = (): void => console.log('x');", 'no-console'],
  ['// TODO: later\nexport const a = 1;', 'no-warning-comments'],
];

test('the house rules catch what they name', async () => {
  for (const [code, rule] of refusedCode) {
    const found = await messages('packages/components/src/course-player/x.ts', `${code}\n`);
    assert.ok(found.includes(rule), `${code}: ${found.join(', ') || 'nothing'}`);
  }
});
