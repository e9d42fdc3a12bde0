// Writes the demo simulation: model.glb and simulation.json. Run: node scripts/demo/model.mjs
import { writeFile } from 'node:fs/promises';
import { buildLathe } from './lathe-model.mjs';
import { simulation } from './simulation.mjs';

const out = new URL('../../packages/server/demo/simulation/', import.meta.url);
const bytes = buildLathe().write();
await writeFile(new URL('model.glb', out), bytes);
await writeFile(new URL('simulation.json', out), `${JSON.stringify(simulation, null, 2)}\n`);
console.log(`model.glb: ${bytes.length} bytes; simulation.json: ${simulation.steps.length} steps`);
