/**
 * Writes what the wrappers for React, Vue, Svelte and Angular know of the elements (`packages/components/src/frameworks/generated/`), from the
 * custom-elements manifest: which properties can be set, and which events there are, each with its type. Not in git.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const folder = join(root, 'packages/components/src/frameworks/generated');

/** `lectern-error` as a handler's name: `onLecternError`. */
const handlerOf = (event) => `on${event.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase())}`;

const list = (values) => values.map((value) => JSON.stringify(value)).join(', ');

/** @returns {{ tag: string, name: string, define: string, properties: string[], events: { name: string, type: string }[], attributes: string[] }[]} */
export function elementsOf(manifest) {
  return manifest.modules.flatMap(({ path, declarations = [] }) => declarations.filter(({ tagName }) => tagName).map((declaration) => ({
    tag: declaration.tagName,
    name: declaration.name,
    define: path.replace(/^dist\//, '').replace(/[^/]+$/, 'define.js'),
    properties: (declaration.members ?? []).filter(({ kind, readonly, static: shared }) => kind === 'field' && !readonly && !shared).map(({ name }) => name),
    events: (declaration.events ?? []).map(({ name, type }) => ({ name, type: type.text })),
    attributes: (declaration.attributes ?? []).map(({ name }) => name),
  }))).sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

function render(elements) {
  const types = [...new Set(elements.flatMap(({ name, events }) => [name, ...events.map(({ type }) => type)]))].sort();
  const entries = elements.map(({ tag, name, properties, events }) => `  '${tag}': {
    readonly element: ${name};
    readonly properties: Partial<Pick<${name}, ${properties.map((property) => `'${property}'`).join(' | ')}>>;
    readonly events: { ${events.map((event) => `readonly '${event.name}': ${event.type};`).join(' ')} };
  };`);
  const facts = elements.map(({ tag, define, properties, events }) => `  '${tag}': {
    properties: [${list(properties)}],
    events: { ${events.map((event) => `${handlerOf(event.name)}: '${event.name}'`).join(', ')} },
    define: () => import('../../${define}'),
  },`);
  return `// Written by scripts/framework-elements.mjs from custom-elements.json.
import type { ${types.join(', ')} } from '../../index.js';

/** Every element with what may be set on it and what it fires. */
export interface LecternElements {
${entries.join('\n')}
}

export const ELEMENTS = {
${facts.join('\n')}
} as const;
`;
}

export function writeFrameworkElements() {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/components/custom-elements.json'), 'utf8'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'elements.ts'), render(elementsOf(manifest)));
}
