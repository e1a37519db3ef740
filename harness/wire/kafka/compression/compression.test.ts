import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPRESSED_FOX, FOX, LZ4_STORED, XERIAL_FOX_AND_X } from '../fixtures.ts';
import { CODECS } from './index.ts';
import { decompressLz4 } from './lz4.ts';
import { decompressSnappy } from './snappy.ts';
import { decompressZstd } from './zstd.ts';
import { runs } from '../../../base/testing/runs.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('decompressing', () => {
  it('snappy, a bare block and xerial frames of several blocks', () => {
    expect(decompressSnappy(bytes(COMPRESSED_FOX.snappyBlock)).toString()).toBe(FOX);
    expect(decompressSnappy(bytes(XERIAL_FOX_AND_X)).toString()).toBe(FOX + 'x'.repeat(3000));
  });

  it('lz4, with checksums, stored blocks and several frames', () => {
    const fox = bytes(COMPRESSED_FOX.lz4WithChecksums);
    expect(decompressLz4(fox).toString()).toBe(FOX);
    expect(decompressLz4(bytes(LZ4_STORED.frame)).toString('hex')).toBe(LZ4_STORED.content);
    const skipped = bytes('532a4d1803000000aabbcc');
    expect(decompressLz4(Buffer.concat([fox, skipped, fox])).toString()).toBe(FOX + FOX);
  });

  it('zstd', () => {
    expect(decompressZstd(bytes(COMPRESSED_FOX.zstd)).toString()).toBe(FOX);
  });

  it('gives an error, not endless memory, for a few bytes that become very many', () => {
    const zeros = gzipSync(Buffer.alloc(10 * 1024 * 1024));
    expect(() => CODECS[1]?.decompress(Buffer.concat(Array.from({ length: 14 }, () => zeros)))).toThrow(/larger/);
    expect(() => decompressSnappy(bytes('ffffffff0f00'))).toThrow(/bytes/);
    // One literal, then a match of a length that goes on and on: 600 kB for 153 MB.
    const match = Buffer.concat([bytes('1f410100'), Buffer.alloc(600_000, 0xff), bytes('00')]);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(match.length);
    expect(() => decompressLz4(Buffer.concat([bytes('04224d18604082'), size, match]))).toThrow(/decompresses to over/);
  });

  it('gives an error for damaged bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CODECS.slice(1)),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (codec, noise) => {
          try {
            codec.decompress(Buffer.from(noise));
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        },
      ),
      runs(100),
    );
  });
});
