const MAGIC = 'PGCOPY\n\xff\r\n\0';
const UUID_OID = 2950;

/** Value of a hexadecimal digit by its character code. */
const DIGITS = new Uint8Array(128);
for (let value = 0; value < 16; value++) DIGITS[value.toString(16).charCodeAt(0)] = DIGITS[value.toString(16).toUpperCase().charCodeAt(0)] = value;

/**
 * Rows for `copy … from stdin (format binary)`, as the messages of PostgreSQL's protocol that bring them: CopyData with everything, then
 * CopyDone. Several copies may follow one another.
 */
export class BinaryRows {
  #bytes: Buffer;
  #end = 0;
  /** Where the CopyData message began. */
  #begun = 0;

  /** @param size octets that are likely needed */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  begin(): void {
    this.#need(32);
    this.#begun = this.#end;
    this.#bytes[this.#end] = 0x64; // d
    this.#end += 5;
    this.#end += this.#bytes.write(MAGIC, this.#end, 'latin1');
    this.#int32(0); // flags
    this.#int32(0); // length of what else the header holds
  }

  finish(): void {
    this.#need(8);
    this.#int16(-1);
    this.#bytes.writeInt32BE(this.#end - this.#begun - 1, this.#begun + 1);
    this.#bytes[this.#end++] = 0x63; // c
    this.#int32(4);
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  row(columns: number): void {
    this.#need(2);
    this.#int16(columns);
  }

  none(): void {
    this.#need(4);
    this.#int32(-1);
  }

  integer(value: number): void {
    this.#need(8);
    this.#int32(4);
    this.#int32(value);
  }

  /** @param value up to 2^53 */
  bigint(value: number): void {
    this.#need(12);
    const high = Math.floor(value / 0x1_0000_0000);
    this.#int32(8);
    this.#int32(high);
    this.#int32(value - high * 0x1_0000_0000);
  }

  boolean(value: boolean): void {
    this.#need(5);
    this.#int32(1);
    this.#bytes[this.#end++] = value ? 1 : 0;
  }

  /** @param value in its standard form of 36 characters */
  uuid(value: string | undefined): void {
    if (value === undefined) return this.none();
    this.#need(20);
    this.#int32(16);
    this.#hex(value);
  }

  /** None where there are none. */
  uuids(values: readonly string[]): void {
    if (values.length === 0) return this.none();
    this.#need(24 + values.length * 20);
    this.#int32(20 + values.length * 20);
    this.#int32(1); // dimensions
    this.#int32(0); // no nulls
    this.#int32(UUID_OID);
    this.#int32(values.length);
    this.#int32(1); // lower bound
    for (const value of values) {
      this.#int32(16);
      this.#hex(value);
    }
  }

  text(value: string): void {
    this.#need(4 + value.length * 3);
    const length = this.#bytes.write(value, this.#end + 4, 'utf8');
    this.#int32(length);
    this.#end += length;
  }

  #hex(uuid: string): void {
    const bytes = this.#bytes;
    let to = this.#end;
    for (let from = 0; from < 36; from += 2) {
      if (from === 8 || from === 13 || from === 18 || from === 23) from++;
      bytes[to++] = (DIGITS[uuid.charCodeAt(from)]! << 4) | DIGITS[uuid.charCodeAt(from + 1)]!;
    }
    this.#end = to;
  }

  #int16(value: number): void {
    const bytes = this.#bytes;
    bytes[this.#end++] = value >> 8;
    bytes[this.#end++] = value;
  }

  /** The lower 32 bits, signed or not. */
  #int32(value: number): void {
    const bytes = this.#bytes;
    bytes[this.#end++] = value >>> 24;
    bytes[this.#end++] = value >>> 16;
    bytes[this.#end++] = value >>> 8;
    bytes[this.#end++] = value;
  }

  #need(octets: number): void {
    if (this.#end + octets <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + octets));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
