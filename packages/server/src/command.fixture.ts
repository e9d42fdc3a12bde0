import { resolve } from 'node:path';

const compiled = process.env['LECTERN_COMMAND'];

/** What Node is to run for the `lectern` command: what `npm test` has compiled of the source, or the source itself. */
export const command: readonly string[] = compiled ? ['--enable-source-maps', compiled] : ['--import', 'tsx', resolve(import.meta.dirname, '../../cli/src/bin.ts')];
