import type { Writable } from 'node:stream';

/** Milliseconds between two lines of progress. */
const INTERVAL = 200;

/** Shows how far long work is on a terminal, in one line that goes when it is done; elsewhere nothing. */
export interface Progress {
  /** @param fraction 0 to 1 */
  at(fraction: number): void;
  end(): void;
}

export function showProgress(words: string, out: Writable & { readonly isTTY?: boolean } = process.stderr): Progress {
  let last = 0;
  let shown = false;
  return {
    at(fraction) {
      const now = Date.now();
      if (!out.isTTY || now - last < INTERVAL) return;
      last = now;
      shown = true;
      const done = Math.round(Math.min(1, Math.max(0, fraction)) * 30);
      out.write(`\r${words} ${'█'.repeat(done)}${'░'.repeat(30 - done)} ${String(Math.round(fraction * 100)).padStart(3)} %`);
    },
    end() {
      if (shown) out.write('\r\u001b[K');
    },
  };
}
