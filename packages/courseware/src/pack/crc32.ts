/** Continues the checksum of ZIP (APPNOTE 4.4.7, ISO 3309) over more bytes. Begin with 0. Node's `zlib.crc32` is one. */
export type Crc32 = (bytes: Uint8Array, value: number) => number;

/** The checksum in plain JavaScript, four bytes at a time, for where the platform has none of its own. */
export function createCrc32(): Crc32 {
  const tables = makeTables();
  const [t0, t1, t2, t3] = tables as [Int32Array, Int32Array, Int32Array, Int32Array];
  return (bytes, value) => {
    let crc = ~value;
    const quads = bytes.length - (bytes.length % 4);
    let at = 0;
    for (; at < quads; at += 4) {
      crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      crc = t3[crc & 255]! ^ t2[(crc >>> 8) & 255]! ^ t1[(crc >>> 16) & 255]! ^ t0[crc >>> 24]!;
    }
    for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]!) & 255]!;
    return ~crc >>> 0;
  };
}

function makeTables(): Int32Array[] {
  const tables = Array.from({ length: 4 }, () => new Int32Array(256));
  for (let index = 0; index < 256; index++) {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[0]![index] = crc;
  }
  for (let index = 0; index < 256; index++) {
    for (let table = 1; table < 4; table++) {
      const before = tables[table - 1]![index]!;
      tables[table]![index] = (before >>> 8) ^ tables[0]![before & 255]!;
    }
  }
  return tables;
}
