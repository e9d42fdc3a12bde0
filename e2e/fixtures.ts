import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env['LECTERN_FIXTURES'] ?? fileURLToPath(new URL('../../shared/fixtures', import.meta.url));

/** Why tests that need packages nobody here wrote are skipped; `false` where the packages are there. */
export const withoutFixtures: string | false = existsSync(folder) ? false : `no fixtures at ../shared/fixtures (set LECTERN_FIXTURES)`;

export const readFixture = async (name: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(join(folder, name)));
