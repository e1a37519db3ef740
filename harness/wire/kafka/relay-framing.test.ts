import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HEAD_BYTES, WHOLE_FRAME_BYTES, createRelayFraming } from './relay-framing.ts';
import type { Frames } from './relay-framing.ts';
import { runs } from '../../base/testing/runs.ts';

const framing = (frames: Partial<Frames>) =>
  createRelayFraming({ onFrame: (one) => one, onLarge: () => 'pieces', onNoFrame: () => undefined, ...frames });

const frame = (content: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(content.length);
  return Buffer.concat([size, content]);
};

const hex = (buffers: readonly Buffer[]): string => Buffer.concat(buffers).toString('hex');

const cut = (bytes: Buffer, lengths: readonly number[]): Buffer[] => {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...chunks, bytes.subarray(at)];
};

it('finds the same frames however the stream is cut, and sends on what was made of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 4, maxLength: 30 }), { maxLength: 6 }),
      fc.array(fc.nat(20), { maxLength: 30 }),
      (contents, cuts) => {
        const frames = contents.map((content) => frame(Buffer.from(content)));
        const seen: Buffer[] = [];
        const push = framing({
          onFrame: (one) => {
            seen.push(one);
            return Buffer.concat([one, Buffer.from('!')]);
          },
        });
        const sent = cut(Buffer.concat(frames), cuts).flatMap(push);
        expect(hex(seen)).toBe(hex(frames));
        expect(hex(sent)).toBe(hex(frames.flatMap((one) => [one, Buffer.from('!')])));
      },
    ),
    runs(100),
  );
});

it.each([65_536, 1000])('asks by the beginning of a large frame whether it may pass in pieces of %i', (step) => {
  const large = frame(Buffer.alloc(WHOLE_FRAME_BYTES, 7));
  const small = frame(Buffer.from('small'));
  const seen: Buffer[] = [];
  const heads: (readonly [string, number])[] = [];
  const push = framing({
    onFrame: (one) => (seen.push(one), one),
    onLarge: (head, size) => (heads.push([hex([head]), size]), 'pieces'),
  });
  const stream = Buffer.concat([large, small]);
  let passed = 0;
  for (let at = 0; at < stream.length; at += step) {
    const chunk = stream.subarray(at, at + step);
    for (const out of push(chunk)) passed += out.length;
    // Nothing of it is kept.
    const come = at + chunk.length;
    if (come < large.length) expect(passed).toBe(come < HEAD_BYTES ? 0 : come);
  }
  expect(passed).toBe(stream.length);
  expect(heads).toEqual([[hex([large.subarray(0, HEAD_BYTES)]), WHOLE_FRAME_BYTES]]);
  expect(seen).toEqual([small]);
});

it('collects one that is needed whole, and finds the next one', () => {
  const large = frame(Buffer.alloc(WHOLE_FRAME_BYTES, 7));
  const small = frame(Buffer.from('small'));
  const seen: Buffer[] = [];
  const push = framing({ onFrame: (one) => (seen.push(one), Buffer.from('!')), onLarge: () => 'whole' });
  const stream = Buffer.concat([large, small, large]);
  const sent: Buffer[] = [];
  for (let at = 0; at < stream.length; at += 65_536) sent.push(...push(stream.subarray(at, at + 65_536)));
  expect(seen.map((one) => one.equals(large))).toEqual([true, false, true]);
  expect(Buffer.concat(sent).toString()).toBe('!!!');
});

it.each(['ffffffff', '00000000', '7fffffff', '474554202f'])('passes on what is no frame, from %s on', (start) => {
  const push = framing({ onFrame: () => Buffer.from('never') });
  const bytes = Buffer.concat([Buffer.from(start, 'hex'), frame(Buffer.from('frame'))]);
  expect(Buffer.concat([...push(bytes.subarray(0, 3)), ...push(bytes.subarray(3))])).toEqual(bytes);
});
