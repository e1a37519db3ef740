import { expect, test } from 'vitest';
import { createLineReader, LONGEST_LINE } from '../base/line-reader.ts';
import type { RawLine } from '../base/line-reader.ts';
import { presentBytes, presentLine } from './lines.ts';

const read = (...chunks: (string | Uint8Array)[]): RawLine[] => {
  const lines: RawLine[] = [];
  const reader = createLineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  reader.end();
  return lines;
};
const texts = (...chunks: (string | Uint8Array)[]): string[] => read(...chunks).map((line) => line.text);
const same = (text: string): string => text;

test('lines, however they were chunked', () => {
  expect(texts('a\nb', 'c\r\n', '\nd')).toEqual(['a', 'bc', '', 'd']);
  expect(texts('a\n')).toEqual(['a']);
  expect(texts()).toEqual([]);
});

test('a character cut in two, and bytes that are no text', () => {
  const bytes = Buffer.from('grüße\n');
  expect(texts(bytes.subarray(0, 3), bytes.subarray(3))).toEqual(['grüße']);
  expect(texts(Buffer.from([0xff, 0x00, 0x61, 0x0a, 0xc3]))).toEqual(['\ufffd\u0000a', '\ufffd']);
});

test('a line without an end is kept up to the limit, in bounded memory, and the next one is whole', () => {
  const [long, next] = read(...Array.from({ length: 100 }, () => 'x'.repeat(10_000)), '\nnext\n');
  expect((long?.text.length ?? 0) + (long?.dropped ?? 0)).toBe(1_000_000);
  expect(long?.text.length).toBeLessThan(2 * LONGEST_LINE);
  const shown = presentLine(long ?? { text: '', dropped: 0 }, same);
  expect(shown).toHaveLength(LONGEST_LINE + ' … (cut: 1000000 bytes)'.length);
  expect(shown.endsWith('… (cut: 1000000 bytes)')).toBe(true);
  expect(next).toEqual({ text: 'next', dropped: 0 });
});

test('a line of exactly the limit is not cut', () => {
  const text = 'x'.repeat(LONGEST_LINE);
  expect(presentLine({ text, dropped: 0 }, same)).toBe(text);
  expect(presentLine({ text: `${text}y`, dropped: 0 }, same)).toBe(`${text} … (cut: ${LONGEST_LINE + 1} bytes)`);
});

test('no credential survives at the cut, though hiding others makes the text shorter', () => {
  const secret = 'hunter22'.repeat(60);
  const hide = (text: string): string => text.replaceAll(secret, '***');
  for (let shift = 0; shift < 12; shift++) {
    const [line] = read('x'.repeat(LONGEST_LINE - 3000 - shift) + secret.repeat(20));
    expect(presentLine(line ?? { text: '', dropped: 0 }, hide)).not.toMatch(/hunt/);
  }
});

test('the bytes of what is no text, without credentials, and of text none', () => {
  const hide = (text: string): string => text.replaceAll('hunter22', '***');
  const bytesOf = (...chunks: (string | Uint8Array)[]): (Buffer | undefined)[] =>
    read(...chunks).map((line) => presentBytes(line, hide));
  const binary = Buffer.from([0xff, 0x00, 0x0d, 0xfe]);
  expect(bytesOf(binary, 'hunter22', Buffer.of(0x0a), 'grüße hunter22\n')).toEqual([
    Buffer.concat([binary, Buffer.from('***')]),
    undefined,
  ]);
  // A character that the limit cuts makes a text no less one.
  for (let shift = 0; shift < 4; shift += 1)
    expect(bytesOf('x'.repeat(shift), '🙂'.repeat(10_000))).toEqual([undefined]);
  expect(bytesOf(Buffer.alloc(100_000, 0xff))[0]).toHaveLength(LONGEST_LINE);
});
