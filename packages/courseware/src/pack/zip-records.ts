/** The records of a ZIP archive (PKWARE APPNOTE 6.3.10), as bytes. Little-endian throughout. */
export interface EntryFacts {
  readonly name: Uint8Array;
  /** Has characters beyond ASCII, so that the flag for UTF-8 is set (4.4.4 bit 11). */
  readonly utf8: boolean;
  /** 0 stored, 8 deflated (4.4.5). */
  readonly method: 0 | 8;
  readonly crc: number;
  readonly size: number;
  readonly packed: number;
  /** Where the local header is. */
  readonly offset: number;
  /** Checksum and sizes come after the bytes (4.4.4 bit 3). */
  readonly descriptor: boolean;
  /** Sizes are written with 64 bits (4.5.3), as decided before they were known. */
  readonly wide: boolean;
}

const U32 = 0xffffffff;

/** From here on 32 bits are not taken to be enough: what deflate makes of incompressible bytes is a little longer. */
export const WIDE_FROM = 0xff000000;

/** 1980-01-01 00:00 in MS-DOS format (4.4.6): the same content gives the same archive on any day. */
const [DOS_TIME, DOS_DATE] = [0, 0x21];

class Bytes {
  readonly #view: DataView<ArrayBuffer>;
  #at = 0;

  constructor(length: number) {
    this.#view = new DataView(new ArrayBuffer(length));
  }

  u16(...values: number[]): this {
    for (const value of values) {
      this.#view.setUint16(this.#at, value, true);
      this.#at += 2;
    }
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) {
      this.#view.setUint32(this.#at, value >>> 0, true);
      this.#at += 4;
    }
    return this;
  }

  u64(...values: number[]): this {
    for (const value of values) {
      this.#view.setBigUint64(this.#at, BigInt(value), true);
      this.#at += 8;
    }
    return this;
  }

  raw(bytes: Uint8Array): this {
    new Uint8Array(this.#view.buffer).set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  done(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#view.buffer);
  }
}

const flagsOf = ({ utf8, descriptor }: EntryFacts): number => (utf8 ? 0x800 : 0) | (descriptor ? 8 : 0);
const needs = (wide: boolean): number => (wide ? 45 : 20);

/** Local file header (4.3.7). */
export function localHeader(entry: EntryFacts): Uint8Array {
  const { name, wide, method, crc, size, packed, descriptor } = entry;
  const later = descriptor;
  const out = new Bytes(30 + name.length + (wide ? 20 : 0)).u32(0x04034b50).u16(needs(wide), flagsOf(entry), method, DOS_TIME, DOS_DATE).u32(later ? 0 : crc);
  if (wide) out.u32(U32, U32);
  else out.u32(later ? 0 : packed, later ? 0 : size);
  out.u16(name.length, wide ? 20 : 0).raw(name);
  if (wide) out.u16(1, 16).u64(later ? 0 : size, later ? 0 : packed);
  return out.done();
}

/** Data descriptor (4.3.9), with its signature. */
export function dataDescriptor({ wide, crc, packed, size }: EntryFacts): Uint8Array {
  const out = new Bytes(wide ? 24 : 16).u32(0x08074b50, crc);
  return (wide ? out.u64(packed, size) : out.u32(packed, size)).done();
}

/** Central directory header (4.3.12). */
export function directoryHeader(entry: EntryFacts): Uint8Array {
  const { name, method, crc, size, packed, offset, wide } = entry;
  const far = offset >= U32;
  const large = wide || size >= U32 || packed >= U32;
  const extra = large || far ? 4 + (large ? 16 : 0) + (far ? 8 : 0) : 0;
  const out = new Bytes(46 + name.length + extra)
    .u32(0x02014b50)
    .u16(needs(large || far), needs(large || far), flagsOf(entry), method, DOS_TIME, DOS_DATE)
    .u32(crc, large ? U32 : packed, large ? U32 : size)
    .u16(name.length, extra, 0, 0, 0)
    .u32(0, far ? U32 : offset)
    .raw(name);
  if (extra === 0) return out.done();
  out.u16(1, extra - 4);
  if (large) out.u64(size, packed);
  if (far) out.u64(offset);
  return out.done();
}

/** The end of the directory (4.3.16), with the 64-bit records before it (4.3.14, 4.3.15) where its numbers need them. */
export function directoryEnd(count: number, start: number, length: number): Uint8Array {
  const wide = count >= 0xffff || start >= U32 || length >= U32;
  const out = new Bytes(22 + (wide ? 76 : 0));
  if (wide) {
    out.u32(0x06064b50).u64(44).u16(45, 45).u32(0, 0).u64(count, count, length, start);
    out.u32(0x07064b50, 0).u64(start + length).u32(1);
  }
  const short = Math.min(count, 0xffff);
  return out.u32(0x06054b50).u16(0, 0, short, short).u32(Math.min(length, U32), Math.min(start, U32)).u16(0).done();
}
