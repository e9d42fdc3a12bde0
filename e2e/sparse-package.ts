import { crc32 } from 'node:zlib';
import type { MadeFile } from '../packages/courseware/src/remote/byte-server.fixture.js';

/** A file of a made package: its bytes, or some and then nothing, as much as is said and never there at once. */
export interface SparseEntry {
  readonly path: string;
  readonly content: string | Uint8Array | { readonly begin?: Uint8Array; readonly zeros: number };
}

interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A zip archive of stored files (APPNOTE 4.3), as large as it likes and no larger in memory than what is written in it. */
export function sparsePackage(entries: readonly SparseEntry[]): MadeFile {
  const pieces: Piece[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { path, content } of entries) {
    const name = Buffer.from(path);
    const bytes = typeof content === 'string' ? Buffer.from(content) : content instanceof Uint8Array ? content : undefined;
    const { begin = new Uint8Array(), zeros } = bytes ? { zeros: 0 } : (content as { readonly begin?: Uint8Array; readonly zeros: number });
    const size = bytes?.length ?? begin.length + zeros;
    // Of the zeros nobody checks a sum: what is that large is streamed.
    const sum = bytes ? crc32(bytes) : 0;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt32LE(sum, 10);
    common.writeUInt32LE(size, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), common, tail, name);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, name]);
    pieces.push({ at, bytes: local });
    at += local.length;
    pieces.push({ at, bytes: bytes ?? begin });
    at += size;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  pieces.push({ at, bytes: list }, { at: at + list.length, bytes: end });
  return {
    size: at + list.length + end.length,
    read(offset, length) {
      const out = new Uint8Array(length);
      for (const piece of pieces) {
        const from = Math.max(offset, piece.at);
        const to = Math.min(offset + length, piece.at + piece.bytes.length);
        if (from < to) out.set(piece.bytes.subarray(from - piece.at, to - piece.at), from - offset);
      }
      return out;
    },
  };
}
