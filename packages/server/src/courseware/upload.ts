import { createHash } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { newUuid } from '@lectern/core';
import type { RandomAccess } from '@lectern/courseware';
import { ServerError } from '../errors.js';
import { tooLarge } from '../http/body.js';

/** A package on disk, for as long as it is read. */
export interface Upload {
  readonly source: RandomAccess;
  /** SHA-256 of the package, hexadecimal. */
  readonly hash: string;
  discard(): Promise<void>;
}

const BUFFER = 256 * 1024;

/**
 * Streams a request's package (the body itself, or the field `package` of multipart/form-data) into a temporary file.
 * @throws ServerError `too-large`, `unsupported-media-type`, `body-invalid`
 */
export async function receivePackage(request: Request, folder: string, limit: number): Promise<Upload> {
  const contentType = request.headers.get('content-type') ?? '';
  const isForm = /^multipart\/form-data\b/i.test(contentType);
  if (!isForm && !/^application\/(zip|x-zip-compressed|octet-stream|xml|vnd\.ims\.)|^text\/xml\b/i.test(contentType)) {
    throw new ServerError('unsupported-media-type', 'Send the package as application/zip, or as the field "package" of multipart/form-data.', { field: 'Content-Type' });
  }
  if (Number(request.headers.get('content-length') ?? 0) > limit + (isForm ? BUFFER : 0)) throw tooLarge(limit);
  await mkdir(folder, { recursive: true });
  const path = join(folder, newUuid());
  const file = await open(path, 'wx+', 0o600);
  const discard = async (): Promise<void> => {
    await file.close();
    await rm(path, { force: true });
  };
  try {
    const size = await receive(request, file, limit + (isForm ? BUFFER : 0));
    const window = isForm ? await findPackagePart(file, size, contentType) : { start: 0, size };
    if (window.size > limit) throw tooLarge(limit);
    if (window.size === 0) throw new ServerError('body-invalid', 'The package is empty.', { field: 'package' });
    const source = windowOf(file, window);
    return { source, hash: await hashOf(source), discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Bytes in memory as an upload. */
export function uploadOf(bytes: Uint8Array): Upload {
  return {
    source: { size: bytes.length, read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)) },
    hash: createHash('sha256').update(bytes).digest('hex'),
    discard: () => Promise.resolve(),
  };
}

async function receive(request: Request, file: FileHandle, limit: number): Promise<number> {
  let size = 0;
  const reader = request.body?.getReader();
  if (!reader) return 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return size;
      if (size + value.byteLength > limit) throw tooLarge(limit);
      await file.write(value, 0, value.byteLength, size);
      size += value.byteLength;
    }
  } catch (cause) {
    if (cause instanceof ServerError || (cause as NodeJS.ErrnoException).code === 'ENOSPC') throw cause;
    throw new ServerError('body-invalid', 'The upload broke off.', { cause });
  } finally {
    reader.releaseLock();
  }
}

function windowOf(file: FileHandle, { start, size }: Window): RandomAccess {
  return {
    size,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const buffer = new Uint8Array(wanted);
      let got = 0;
      while (got < wanted) {
        const { bytesRead } = await file.read(buffer, got, wanted - got, start + offset + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return got === wanted ? buffer : buffer.subarray(0, got);
    },
  };
}

async function hashOf(source: RandomAccess): Promise<string> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += BUFFER) hash.update(await source.read(offset, BUFFER));
  return hash.digest('hex');
}

interface Window {
  readonly start: number;
  readonly size: number;
}

/** Finds the field without loading the file: browsers send a small head, the file, and a boundary. */
async function findPackagePart(file: FileHandle, size: number, contentType: string): Promise<Window> {
  const boundary = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  const fail = (message: string): ServerError => new ServerError('body-invalid', message, { field: 'package', clause: 'RFC 7578' });
  if (!name) throw fail('The form names no boundary.');
  const all = windowOf(file, { start: 0, size });
  const delimiter = Buffer.from(`\r\n--${name}`);
  let position = (await find(all, delimiter.subarray(2), 0)) + delimiter.length - 2;
  for (let part = 0; part < 20 && position < size; part += 1) {
    const headEnd = await find(all, Buffer.from('\r\n\r\n'), position);
    const end = headEnd < 0 ? -1 : await find(all, delimiter, headEnd + 2);
    if (headEnd < 0 || end < 0 || headEnd - position > 16_384) break;
    const head = Buffer.from(await all.read(position, headEnd - position)).toString('utf8');
    if (/^content-disposition:[^\r\n]*;\s*name="package"/im.test(head)) return { start: headEnd + 4, size: end - headEnd - 4 };
    position = end + delimiter.length;
  }
  throw fail('The form has no field "package".');
}

async function find(source: RandomAccess, needle: Buffer, from: number): Promise<number> {
  for (let offset = from; offset < source.size; offset += BUFFER) {
    // Read a little over the edge, in case the needle lies across it.
    const chunk = Buffer.from(await source.read(offset, BUFFER + needle.length - 1));
    const found = chunk.indexOf(needle);
    if (found >= 0) return offset + found;
  }
  return -1;
}
