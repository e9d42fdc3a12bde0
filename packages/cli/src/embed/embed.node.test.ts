import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Course, MediaSource, Unit } from '@lectern/core';
import { BACK_ENDS, backEndExample, type BackEnd } from './back-ends.js';
import { policyFor, policyText } from './csp.js';

const ORIGINS = { server: 'https://learn.example', content: ['https://content.example'] };
const of = (...children: Unit[]): Course => ({ id: 'https://learn.example/c', title: 'C', format: 'course', children });
const head = { type: 'unit', id: 'u', title: 'U', moveOn: 'Completed' } as const;

describe('policyFor', () => {
  it('asks for what a course’s kinds of units need, and for no more', () => {
    const video = policyFor(of({ ...head, kind: 'video', sources: [{ src: 'a.mp4' }] }), ORIGINS);
    assert.equal(policyText(video), "script-src https://learn.example; connect-src 'self' https://learn.example https://content.example; style-src 'self'; media-src https://content.example; img-src 'self' data: blob: https://content.example");
    const pdf = policyFor(of({ ...head, kind: 'document', sources: [{ src: 'a.pdf', type: 'application/pdf' }] }), ORIGINS);
    assert.deepEqual([pdf['worker-src'], pdf['frame-src'], pdf['media-src']], [["'self'", 'blob:', 'https://learn.example'], undefined, undefined]);
    const book = policyFor(of({ ...head, kind: 'document', sources: [{ src: 'a.epub', type: 'application/epub+zip' }] }), ORIGINS);
    assert.deepEqual(book['frame-src'], ['https://content.example']);
    const page = policyFor(of({ ...head, kind: 'html', href: 'a.html', completion: { policy: 'visited' } }), ORIGINS);
    assert.deepEqual(page['frame-src'], ['https://content.example']);
    assert.ok(!policyText(page).includes('unsafe'));
  });

  it('lets sound play as it lets films, whole or streamed', () => {
    const sound = (source: MediaSource, poster?: string): ReturnType<typeof policyFor> => policyFor(of({ ...head, kind: 'audio', sources: [source], ...(poster === undefined ? {} : { poster }) }), ORIGINS);
    const file = sound({ src: 'a.mp3', type: 'audio/mpeg' });
    assert.deepEqual([file['media-src'], file['img-src']], [['https://content.example'], undefined]);
    for (const source of [{ src: 'a.m3u8' }, { src: 'a.m3u8?token=1' }, { src: 'live', type: 'application/vnd.apple.mpegurl' }, { src: 'live', type: 'audio/x-mpegURL' }]) {
      assert.deepEqual(sound(source)['media-src'], ['https://content.example', 'blob:'], JSON.stringify(source));
    }
    assert.deepEqual(policyFor(of({ ...head, kind: 'quiz', src: 'quiz.json' }), ORIGINS)['media-src'], ['https://content.example'], 'questions may be heard');
    assert.ok(sound({ src: 'a.mp3' }, 'cover.png')['img-src']?.includes('https://content.example'));
  });
});

/** How a language's own tool reads a file without running it; absent where the machine has none. */
const CHECKS: Readonly<Record<BackEnd, readonly [file: string, command: string, ...args: string[]]>> = {
  node: ['token.mjs', process.execPath, '--check'],
  php: ['token.php', 'php', '-l'],
  python: ['lectern_token.py', 'python3', '-m', 'py_compile'],
  java: ['LecternToken.java', 'javac', '-d', '.'],
};

describe('back ends', () => {
  for (const name of BACK_ENDS) {
    it(`are written in ${name}`, (context) => {
      const folder = mkdtempSync(join(tmpdir(), 'lectern-embed-'));
      const [file, command, ...args] = CHECKS[name];
      const code = backEndExample[name]({ server: 'https://learn.example', course: 'lathe' });
      writeFileSync(join(folder, file), code);
      assert.match(code, /https:\/\/learn\.example\/launches/);
      assert.ok(code.includes('LECTERN_KEY') && !/Basic [A-Za-z0-9+/]{8}/.test(code));
      try {
        execFileSync(command, [...args, file], { cwd: folder, stdio: 'pipe' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return context.skip(`There is no ${command} here.`);
        throw error;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
