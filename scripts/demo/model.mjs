// Writes the demo simulation's model. Run: node scripts/demo/model.mjs
import { writeFile } from 'node:fs/promises';
import { buildLathe } from './lathe-model.mjs';

const file = new URL('../../packages/server/demo/simulation/model.glb', import.meta.url);
const bytes = buildLathe().write();
await writeFile(file, bytes);
console.log(`model.glb: ${bytes.length} bytes`);
