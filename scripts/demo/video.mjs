// Renders the lesson film with a headless Chromium and encodes it with ffmpeg: lesson.mp4, lesson.webm, poster.jpg.
// Run: node scripts/demo/video.mjs [folder for stills, to look at instead of encoding]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findBrowser } from '../browser.mjs';
import { music } from './lesson-music.mjs';
import { DURATION, SCENES, frame } from './lesson-scenes.mjs';

const FPS = 20;
const POSTER_AT = 5.4;
const out = fileURLToPath(new URL('../../packages/server/demo/media/', import.meta.url));
const found = await findBrowser();
const browser = await chromium.launch({ executablePath: found.executablePath, args: found.args, env: found.env });
const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
await page.setContent('<style>html,body{margin:0;overflow:hidden}svg{display:block}</style><div id="film"></div>');
const shot = async (t, type) => {
  await page.evaluate((svg) => { document.getElementById('film').innerHTML = svg; }, frame(t));
  return page.screenshot(type === 'png' ? { type } : { type: 'jpeg', quality: 98 });
};

const stills = process.argv[2];
if (stills) {
  await mkdir(stills, { recursive: true });
  for (const { at, id } of SCENES) {
    const end = SCENES.find((scene) => scene.at > at)?.at ?? DURATION;
    for (const part of [0.3, 0.55, 0.8]) await writeFile(join(stills, `${String(at).padStart(2, '0')}-${id}-${Math.round(part * 100)}.png`), await shot(at + (end - at) * part, 'png'));
  }
  await browser.close();
  process.exit(0);
}

const work = await mkdtemp(join(tmpdir(), 'lectern-video-'));
const run = async (args, feed) => {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], { stdio: [feed ? 'pipe' : 'ignore', 'inherit', 'inherit'] });
  const done = once(child, 'close');
  if (feed) { await feed(child.stdin); child.stdin.end(); }
  const [code] = await done;
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
};
try {
  const film = join(work, 'film.mkv');
  const sound = join(work, 'sound.wav');
  await writeFile(sound, music(DURATION, SCENES.map((scene) => scene.at)));
  await run(['-f', 'image2pipe', '-framerate', String(FPS), '-c:v', 'mjpeg', '-i', '-', '-c:v', 'libx264', '-qp', '6', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', film], async (stdin) => {
    for (let i = 0; i < DURATION * FPS; i++) if (!stdin.write(await shot(i / FPS))) await once(stdin, 'drain');
  });
  const fine = ['-an', '-passlogfile', join(work, 'pass'), '-map_metadata', '-1', '-fflags', '+bitexact', '-flags:v', '+bitexact'];
  const h264 = ['-i', film, '-c:v', 'libx264', '-profile:v', 'baseline', '-level', '3.0', '-pix_fmt', 'yuv420p', '-preset', 'veryslow', '-tune', 'animation', '-b:v', '24500', '-g', '240', '-threads', '1'];
  const vp9 = ['-i', film, '-c:v', 'libvpx-vp9', '-b:v', '26500', '-g', '240', '-tune-content', 'screen', '-auto-alt-ref', '1', '-lag-in-frames', '25', '-deadline', 'good', '-cpu-used', '1', '-row-mt', '0', '-threads', '1', '-pix_fmt', 'yuv420p'];
  await run([...h264, ...fine, '-pass', '1', '-f', 'null', '-']);
  await run([...h264, ...fine, '-pass', '2', join(work, 'v.mp4')]);
  await run([...vp9, ...fine, '-pass', '1', '-f', 'null', '-']);
  await run([...vp9, ...fine, '-pass', '2', join(work, 'v.webm')]);
  const mux = ['-i', sound, '-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-map_metadata', '-1', '-fflags', '+bitexact', '-ac', '1'];
  await run(['-i', join(work, 'v.mp4'), ...mux, '-c:a', 'aac', '-ar', '22050', '-b:a', '14k', '-movflags', '+faststart', join(out, 'lesson.mp4')]);
  await run(['-i', join(work, 'v.webm'), ...mux, '-c:a', 'libopus', '-ar', '48000', '-b:a', '11k', join(out, 'lesson.webm')]);
  await writeFile(join(work, 'poster.png'), await shot(POSTER_AT, 'png'));
  await run(['-i', join(work, 'poster.png'), '-q:v', '5', '-map_metadata', '-1', join(out, 'poster.jpg')]);
} finally {
  await browser.close();
  await rm(work, { recursive: true, force: true });
}
for (const name of ['lesson.mp4', 'lesson.webm', 'poster.jpg']) console.log(name, (await stat(join(out, name))).size);
