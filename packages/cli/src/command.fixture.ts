import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const compiled = process.env['LECTERN_COMMAND'];

/** What Node is to run for the command: what `npm test` has compiled of the source, or the source itself. */
export const command: readonly string[] = compiled ? ['--enable-source-maps', compiled] : ['--import', 'tsx', resolve(import.meta.dirname, 'bin.ts')];

/** Runs the command as a person does: in a process of its own. */
export async function lectern(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [...command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => (err += String(data)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}
