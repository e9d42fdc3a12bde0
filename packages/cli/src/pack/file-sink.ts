import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ZipSink } from '@lectern/courseware';
import { CommandError } from '../command-error.js';

/**
 * Writes a file that appears under its name only when it is whole.
 * @throws CommandError `file-unwritable`; what `write` throws
 */
export async function writeWhole<Result>(to: string, write: (sink: ZipSink) => Promise<Result>): Promise<Result> {
  const draft = join(dirname(to), `.${basename(to)}.${randomBytes(4).toString('hex')}.part`);
  const handle = await open(draft, 'wx').catch(unwritable(to));
  try {
    const sink = sinkOf(handle);
    const result = await write(sink);
    await sink.flush();
    await handle.close();
    await rename(draft, to).catch(unwritable(to));
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}

const unwritable = (file: string) => (cause: Error): never => {
  throw new CommandError('file-unwritable', `The package cannot be written: ${cause.message}`, { file, cause });
};

/** Small pieces, as directories of archives are, go to the disk together. */
const GATHER = 256 * 1024;

function sinkOf(handle: FileHandle): ZipSink & { flush(): Promise<void> } {
  let at = 0;
  let waiting: Uint8Array[] = [];
  let held = 0;
  const flush = async (): Promise<void> => {
    if (held === 0) return;
    const bytes = Buffer.concat(waiting);
    waiting = [];
    held = 0;
    await writeAll(handle, bytes, at);
    at += bytes.length;
  };
  return {
    flush,
    async write(bytes) {
      if (bytes.length < GATHER) {
        waiting.push(bytes.slice());
        held += bytes.length;
        if (held >= GATHER) await flush();
        return;
      }
      await flush();
      await writeAll(handle, bytes, at);
      at += bytes.length;
    },
    async rewrite(offset, bytes) {
      await flush();
      await writeAll(handle, bytes, offset);
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}
