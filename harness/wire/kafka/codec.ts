/** Kafka's primitive types: a reader and a writer that walk over bytes. */

/** Reads primitive types one after the other. Reading past the end throws a RangeError. */
export class Reader {
  readonly bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  #advance(length: number): number {
    const at = this.position;
    if (length < 0 || length > this.remaining)
      throw new RangeError(`${length} bytes wanted at ${at}, only ${this.remaining} are left`);
    this.position = at + length;
    return at;
  }

  int8(): number {
    return this.bytes.readInt8(this.#advance(1));
  }
  int16(): number {
    return this.bytes.readInt16BE(this.#advance(2));
  }
  int32(): number {
    return this.bytes.readInt32BE(this.#advance(4));
  }
  /** A 64-bit integer as a number: offsets and timestamps stay far below 2^53. */
  int64(): number {
    return Number(this.bytes.readBigInt64BE(this.#advance(8)));
  }
  boolean(): boolean {
    return this.int8() !== 0;
  }
  uuid(): string {
    return this.raw(16).toString('hex');
  }

  /** An unsigned varint of at most 32 bits. */
  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes.readUInt8(this.#advance(1));
      value |= (byte & 127) << shift;
      if ((byte & 128) === 0) return value >>> 0;
    }
    throw new RangeError(`a varint at ${this.position} is longer than 32 bits`);
  }
  /** A zigzag varint of at most 32 bits. */
  varint(): number {
    const value = this.unsignedVarint();
    return (value >>> 1) ^ -(value & 1);
  }
  /** A zigzag varint of at most 64 bits. */
  varlong(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes.readUInt8(this.#advance(1));
      value |= BigInt(byte & 127) << shift;
      if ((byte & 128) === 0) return Number((value >> 1n) ^ -(value & 1n));
    }
    throw new RangeError(`a varlong at ${this.position} is longer than 64 bits`);
  }

  /** So many bytes as they are (a view, no copy). */
  raw(length: number): Buffer {
    const at = this.#advance(length);
    return this.bytes.subarray(at, at + length);
  }

  /** Length of an array or of bytes; -1 means null. */
  length(flexible: boolean): number {
    return flexible ? this.unsignedVarint() - 1 : this.int32();
  }
  nullableBytes(flexible: boolean): Buffer | null {
    const length = this.length(flexible);
    return length < 0 ? null : this.raw(length);
  }
  nullableString(flexible: boolean): string | null {
    const length = flexible ? this.unsignedVarint() - 1 : this.int16();
    return length < 0 ? null : this.raw(length).toString('utf8');
  }
  /** A string that the protocol does not allow to be null; null is read as empty. */
  string(flexible: boolean): string {
    return this.nullableString(flexible) ?? '';
  }
  /** An array; null is read as empty. */
  array<T>(flexible: boolean, item: () => T): T[] {
    const length = this.length(flexible);
    // Every item takes a byte at least: a longer array is a lie and must not allocate.
    if (length > this.remaining) throw new RangeError(`an array of ${length} in ${this.remaining} bytes`);
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(item());
    return items;
  }
  /** Skips the tagged fields that end a structure of the flexible encoding. */
  tags(): void {
    for (let left = this.unsignedVarint(); left > 0; left--) {
      this.unsignedVarint();
      this.raw(this.unsignedVarint());
    }
  }
}

/** Appends primitive types; `finish()` gives the bytes. Every method returns the writer. */
export class Writer {
  readonly #parts: Buffer[] = [];

  raw(bytes: Buffer): this {
    this.#parts.push(bytes);
    return this;
  }
  int8(value: number): this {
    return this.raw(Buffer.from([value & 255]));
  }
  int16(value: number): this {
    const bytes = Buffer.allocUnsafe(2);
    bytes.writeInt16BE(value);
    return this.raw(bytes);
  }
  int32(value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(value);
    return this.raw(bytes);
  }
  uint32(value: number): this {
    return this.int32(value | 0);
  }
  int64(value: number): this {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64BE(BigInt(value));
    return this.raw(bytes);
  }
  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }
  uuid(hex: string): this {
    return this.raw(Buffer.from(hex, 'hex'));
  }
  unsignedVarint(value: number): this {
    const bytes: number[] = [];
    let left = value >>> 0;
    while (left > 127) {
      bytes.push((left & 127) | 128);
      left >>>= 7;
    }
    bytes.push(left);
    return this.raw(Buffer.from(bytes));
  }
  varint(value: number): this {
    return this.unsignedVarint((value << 1) ^ (value >> 31));
  }
  length(value: number, flexible: boolean): this {
    return flexible ? this.unsignedVarint(value + 1) : this.int32(value);
  }
  string(value: string | null, flexible: boolean): this {
    if (value === null) return flexible ? this.unsignedVarint(0) : this.int16(-1);
    const bytes = Buffer.from(value, 'utf8');
    return (flexible ? this.unsignedVarint(bytes.length + 1) : this.int16(bytes.length)).raw(bytes);
  }
  nullableBytes(value: Buffer | null, flexible: boolean): this {
    return value === null ? this.length(-1, flexible) : this.length(value.length, flexible).raw(value);
  }
  array<T>(items: readonly T[], flexible: boolean, item: (value: T) => void): this {
    this.length(items.length, flexible);
    for (const value of items) item(value);
    return this;
  }
  /** No tagged fields. */
  tags(): this {
    return this.unsignedVarint(0);
  }
  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
