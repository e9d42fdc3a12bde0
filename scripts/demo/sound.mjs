// Encodes the sounds of three cuts with ffmpeg: cuts.m4a. Run: node scripts/demo/sound.mjs
import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cuts } from './cut-sounds.mjs';

const out = fileURLToPath(new URL('../../packages/server/demo/media/cuts.m4a', import.meta.url));
const encode = ['-i', '-', '-c:a', 'aac', '-ar', '24000', '-b:a', '15k', '-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact', '-movflags', '+faststart', out];
const { status } = spawnSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...encode], { input: cuts(), stdio: ['pipe', 'inherit', 'inherit'] });
if (status !== 0) throw new Error(`ffmpeg ended with ${status}`);
console.log(`${out}: ${(await stat(out)).size} bytes`);
