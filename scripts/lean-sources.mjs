/**
 * What a bundle need not carry of our own sources: modules that nobody asks for (each package's "sideEffects" says which may go,
 * and source files come without it), and the indentation inside `css` and `html` literals, which no minifier of scripts touches.
 */
import { join, relative, sep } from 'node:path';
import { packages } from './workspace.mjs';

const squeezeCss = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}')
    .trim();

export function leanSources() {
  const folders = packages.map(({ name, dir, manifest }) => ({ name, src: join(dir, 'src') + sep, pure: manifest.sideEffects }));
  return {
    name: 'lectern-lean-sources',
    transform(code, id) {
      const owner = folders.find(({ src }) => id.startsWith(src));
      if (!owner) return null;
      const listed = Array.isArray(owner.pure) && owner.pure.some((pattern) => pattern.endsWith(`/${relative(owner.src, id).split(sep).at(-1).replace(/\.ts$/, '.js')}`));
      const moduleSideEffects = owner.pure === undefined || owner.pure === true || listed;
      if (owner.name !== 'components') return { code, map: null, moduleSideEffects };
      // A line's indentation has no meaning in TypeScript, nor in markup without preformatted text.
      const lean = code.replace(/css`([^`$]*)`/g, (_, text) => `css\`${squeezeCss(text)}\``).replace(/\n +/g, '\n');
      return { code: lean, map: null, moduleSideEffects };
    },
  };
}
