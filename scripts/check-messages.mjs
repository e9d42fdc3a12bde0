/** Does every message of the components have a translation in every target locale, under the id it has now? */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, cpSync, existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { root } from './workspace.mjs';

const run = promisify(execFile);

/** @returns {Promise<string[]>} what is missing, one line each */
export async function untranslatedMessages() {
  const config = JSON.parse(readFileSync(join(root, 'lit-localize.json'), 'utf8'));
  const { xliffDir } = config.interchange;
  // Extraction adds what the committed files lack; done on a copy beside the configuration, whose folder its paths start from.
  const copy = mkdtempSync(join(root, '.messages-'));
  try {
    if (existsSync(join(root, xliffDir))) cpSync(join(root, xliffDir), copy, { recursive: true });
    const temporary = join(copy, 'lit-localize.json');
    const fromCopy = (path) => relative(copy, join(root, path));
    writeFileSync(temporary, JSON.stringify({
      ...config,
      inputFiles: config.inputFiles.map((glob) => (glob.startsWith('!') ? `!${fromCopy(glob.slice(1))}` : fromCopy(glob))),
      interchange: { ...config.interchange, xliffDir: '.' },
    }));
    await run(process.execPath, [join(root, 'node_modules/@lit/localize-tools/bin/lit-localize.js'), 'extract', '--config', temporary], { cwd: root });
    return config.targetLocales.flatMap((locale) => {
      const file = join(copy, `${locale}.xlf`);
      if (!existsSync(file)) return [];
      return [...readFileSync(file, 'utf8').matchAll(/<trans-unit id="([^"]+)">([\s\S]*?)<\/trans-unit>/g)]
        .filter(([, , body]) => !/<target[^>]*>[\s\S]*\S[\s\S]*<\/target>/.test(body ?? ''))
        .map(([, id, body]) => `${locale} lacks ${id}: ${/<source>([\s\S]*?)<\/source>/.exec(body ?? '')?.[1]}`);
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
