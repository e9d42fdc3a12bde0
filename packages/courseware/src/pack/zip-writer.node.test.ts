import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { PackageError } from '../package/package-error.js';
import { openZip } from '../package/zip.js';
import { createCrc32 } from './crc32.js';
import { MemorySink, packFile, SeekableSink } from './pack.fixture.js';
import { directoryEnd, directoryHeader, localHeader } from './zip-records.js';
import { writeZip, type ZipInput } from './zip-writer.js';

const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  for (let index = 0, state = 1; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 255;
  }
  return bytes;
};

/** Compresses as text does. */
const large = (): Uint8Array => noise(9 * 1024 * 1024).map((byte) => 97 + (byte & 7));

const inputs = (): ZipInput[] => [
  { ...packFile('z.mp4', noise(300_000)), stored: true },
  packFile('a/课程 🎓.txt', 'text '.repeat(50_000)),
  packFile('incompressible.bin', noise(1000)),
  packFile('empty.txt', ''),
  packFile('bomb.json', new Uint8Array(2 * 1024 * 1024).fill(32)),
  packFile('large.json', large()),
];

/** Bit 3 of an entry's flags, and its method, by name, as the local headers have them. */
async function localFlags(archive: Uint8Array): Promise<Record<string, { descriptor: boolean; method: number }>> {
  const zip = await openZip(archive);
  const view = new DataView(archive.buffer, archive.byteOffset);
  const found: Record<string, { descriptor: boolean; method: number }> = {};
  for (const { path } of zip.files) {
    const { offset } = await zip.locate(path);
    const header = offset - 30 - new TextEncoder().encode(path).length;
    found[path] = { descriptor: (view.getUint16(header + 6, true) & 8) !== 0, method: view.getUint16(header + 8, true) };
  }
  await zip.close();
  return found;
}

describe('writeZip', () => {
  for (const [name, make] of [['a stream', () => new MemorySink()], ['a file', () => new SeekableSink()]] as const) {
    it(`writes to ${name} what comes out as it went in, with no sizes behind stored bytes`, async () => {
      const sink = make();
      const length = await writeZip(inputs(), sink);
      assert.equal(length, sink.bytes.length);
      const zip = await openZip(sink.bytes);
      assert.deepEqual(zip.files.map(({ path }) => path), ['a/课程 🎓.txt', 'bomb.json', 'empty.txt', 'incompressible.bin', 'large.json', 'z.mp4']);
      assert.deepEqual(zip.warnings, []);
      assert.deepEqual(await zip.bytes('z.mp4'), noise(300_000));
      assert.deepEqual(await zip.bytes('incompressible.bin'), noise(1000));
      assert.equal(new TextDecoder().decode(await zip.bytes('a/课程 🎓.txt')), 'text '.repeat(50_000));
      assert.deepEqual(await zip.bytes('large.json'), large());
      await zip.close();
      const flags = await localFlags(sink.bytes);
      assert.deepEqual(flags['z.mp4'], { descriptor: false, method: 0 });
      assert.deepEqual(flags['incompressible.bin'], { descriptor: false, method: 0 });
      assert.deepEqual(flags['bomb.json'], { descriptor: false, method: 0 });
      assert.deepEqual(flags['large.json'], { descriptor: name === 'a stream', method: 8 });
    });
  }

  it('refuses a name twice, a file that changes, and stops when it is told to', async () => {
    const refused = (code: string) => (error: unknown): boolean => error instanceof PackageError && error.code === code;
    await assert.rejects(writeZip([packFile('a'), packFile('a')], new MemorySink()), refused('duplicate-name'));
    for (const stored of [true, false]) {
      await assert.rejects(writeZip([{ path: 'a', size: 3, stored, chunks: () => [new Uint8Array(2)] }], new MemorySink()), refused('corrupt'));
      await assert.rejects(writeZip([{ path: 'a', size: 3, stored, chunks: () => [new Uint8Array(4)] }], new SeekableSink()), refused('corrupt'));
    }
    let turn = 0;
    await assert.rejects(writeZip([{ path: 'a', size: 1, stored: true, chunks: () => [Uint8Array.of(turn++)] }], new MemorySink()), refused('corrupt'));
    await assert.rejects(writeZip(inputs(), new MemorySink(), { signal: AbortSignal.abort() }), { name: 'AbortError' });
    const full = { write: () => Promise.reject(new Error('disk full')) };
    await assert.rejects(writeZip(inputs(), full), /disk full/);
  });

  it('writes sizes and places beyond 32 bits', () => {
    const GIB5 = 5 * 1024 ** 3;
    const entry = { name: new TextEncoder().encode('a'), utf8: false, method: 0, crc: 1, size: GIB5, packed: GIB5, offset: GIB5, descriptor: false, wide: true } as const;
    const local = new DataView(localHeader(entry).buffer);
    assert.deepEqual([local.getUint32(18, true), local.getUint32(22, true), local.getUint16(31, true), local.getBigUint64(35, true)], [0xffffffff, 0xffffffff, 1, BigInt(GIB5)]);
    const directory = new DataView(directoryHeader(entry).buffer);
    assert.deepEqual([directory.getUint32(42, true), directory.getUint16(49, true), directory.getBigUint64(67, true)], [0xffffffff, 24, BigInt(GIB5)]);
    const end = new DataView(directoryEnd(70_000, GIB5, 100).buffer);
    assert.deepEqual([end.getUint32(0, true), end.getBigUint64(32, true), end.getBigUint64(48, true), end.byteLength], [0x06064b50, 70_000n, BigInt(GIB5), 98]);
  });

  it('has a checksum of its own that is the platform’s', () => {
    const own = createCrc32();
    for (const length of [0, 1, 3, 4, 5, 1000]) {
      assert.equal(own(noise(length), 0), crc32(noise(length)));
      assert.equal(own(noise(length), 12345), crc32(noise(length), 12345));
    }
  });
});
