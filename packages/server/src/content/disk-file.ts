import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ContentFile } from './content-store.js';

export function diskFile(file: string, size: number, modifiedAt: Date): ContentFile {
  return {
    size,
    modifiedAt,
    etag: `${size.toString(36)}-${modifiedAt.getTime().toString(36)}`,
    read: (range) => Readable.toWeb(createReadStream(file, range)) as ReadableStream<Uint8Array>,
  };
}
