import type { Course, Unit } from '@lectern/core';
import type { PackFile, PlayerFiles } from './pack-options.js';
import type { ZipSink } from './zip-writer.js';

/** An archive in memory. */
export class MemorySink implements ZipSink {
  readonly #chunks: Uint8Array[] = [];

  write(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(bytes.slice());
    return Promise.resolve();
  }

  get bytes(): Uint8Array {
    const out = new Uint8Array(this.#chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }
}

/** One that can be written over, as a file can. */
export class SeekableSink extends MemorySink {
  #all = new Uint8Array(0);

  override write(bytes: Uint8Array): Promise<void> {
    const next = new Uint8Array(this.#all.length + bytes.length);
    next.set(this.#all);
    next.set(bytes, this.#all.length);
    this.#all = next;
    return Promise.resolve();
  }

  rewrite(offset: number, bytes: Uint8Array): Promise<void> {
    this.#all.set(bytes, offset);
    return Promise.resolve();
  }

  override get bytes(): Uint8Array {
    return this.#all;
  }
}

export function packFile(path: string, content: string | Uint8Array = path): PackFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    path,
    size: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 65_536) yield await Promise.resolve(bytes.subarray(at, at + 65_536));
    },
  };
}

export const PLAYER: PlayerFiles = { files: ['launch/launch.js', 'player/lectern.js', 'player/chunks/a.js'].map((path) => packFile(path)) };

export const video: Unit = {
  type: 'unit', kind: 'video', id: '课-1', title: { 'zh-CN': '第一课 🎬', en: 'Lesson one' }, moveOn: 'Completed', sources: [{ src: 'media/%E8%AF%BE%20%F0%9F%8E%AC.mp4', type: 'video/mp4' }], expectedSeconds: 600,
};

export const page: Unit = { type: 'unit', kind: 'html', id: 'page', title: 'A page', href: 'pages/page.html?x=1#y', moveOn: 'Completed', completion: { policy: 'visited' } };

export const exam: Unit = { type: 'unit', kind: 'document', id: 'paper', title: 'Paper & <ink>', moveOn: 'CompletedOrPassed', masteryScore: 0.6, sources: [{ src: 'paper.pdf', type: 'application/pdf' }] };

export const COURSE: Course = {
  id: 'https://lms.example/courses/1',
  title: { 'zh-CN': '高等数学', en: 'Calculus' },
  description: 'What it is about.',
  language: 'zh-CN',
  format: 'course',
  children: [{ type: 'block', id: 'b/1', title: '第一章', children: [video, page] }, exam],
};

export const FILES: readonly PackFile[] = [
  packFile('media/课 🎬.mp4', new Uint8Array(200_000).map((_, index) => (index * 7919) & 255)),
  packFile('pages/page.html', '<!doctype html><title>A page</title><p>'.padEnd(20_000, 'words ')),
  packFile('paper.pdf', '%PDF-1.7'),
];
