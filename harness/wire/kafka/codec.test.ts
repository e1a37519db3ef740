import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reader, Writer } from './codec.ts';
import { runs } from '../../base/testing/runs.ts';

describe('codec', () => {
  it('reads what it has written, in both encodings', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'plain', 'é', '日本', '😀'.repeat(100)),
        fc.option(fc.uint8Array()),
        fc.integer(),
        fc.maxSafeInteger(),
        fc.array(fc.integer({ min: 0, max: 65_535 }), { maxLength: 9 }),
        fc.boolean(),
        (text, bytes, int, long, items, flexible) => {
          const content = bytes === null ? null : Buffer.from(bytes);
          const writer = new Writer().string(text, flexible).nullableBytes(content, flexible).int32(int).int64(long);
          writer.varint(int).unsignedVarint(int >>> 0);
          writer.array(items, flexible, (item) => void writer.int16(item - 32_768)).tags();
          const reader = new Reader(writer.finish());
          expect(reader.string(flexible)).toBe(Buffer.from(text).toString());
          expect(reader.nullableBytes(flexible)?.toString('hex')).toBe(content?.toString('hex'));
          expect(reader.int32()).toBe(int);
          expect(reader.int64()).toBe(long);
          expect(reader.varint()).toBe(int);
          expect(reader.unsignedVarint()).toBe(int >>> 0);
          expect(reader.array(flexible, () => reader.int16() + 32_768)).toEqual(items);
          reader.tags();
          expect(reader.remaining).toBe(0);
        },
      ),
      runs(100),
    );
  });

  it('reads 64-bit zigzag numbers', () => {
    const read = (hex: string): number => new Reader(Buffer.from(hex, 'hex')).varlong();
    expect([read('00'), read('01'), read('02'), read('ac02')]).toEqual([0, -1, 1, 150]);
    expect(read('80a0abfef962')).toBe(1_700_000_000_000);
  });

  it('never reads past the end, whatever the bytes say', () => {
    const reader = new Reader(Buffer.from('7fffffff', 'hex'));
    expect(() => reader.array(false, () => reader.int8())).toThrow(RangeError);
    expect(() => new Reader(Buffer.from('ffffffffffffffffffff', 'hex')).unsignedVarint()).toThrow(RangeError);
    expect(() => new Reader(Buffer.from('7fff61', 'hex')).string(false)).toThrow(RangeError);
    expect(() => new Reader(Buffer.alloc(3)).int32()).toThrow(RangeError);
  });
});
