#!/usr/bin/env node
// npm links a workspace's command while it installs, when nothing is built yet: so the command is a file that is always there.
import { existsSync } from 'node:fs';

const built = new URL('../dist/bin.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  console.error('lectern is not built yet: run `npm run build` first.');
  process.exitCode = 1;
}
