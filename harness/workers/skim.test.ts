import { expect, test } from 'vitest';
import { LONGEST_LINE } from '../base/line-reader.ts';
import type { RawLine } from '../base/line-reader.ts';
import { createSkim } from './skim.ts';

const skimOf = (most = 10) => {
  const kept: string[] = [];
  const keep = ({ text }: RawLine): boolean => kept.length < most && kept.push(text) > 0;
  return { kept, ...createSkim({ matters: (text) => text.includes('id-1'), keep }) };
};
const bytes = (text: string): Buffer => Buffer.from(text);

test('counts what is left out and keeps its last lines', () => {
  const skim = skimOf();
  expect(skim.take()).toBeUndefined();
  for (let i = 0; i < 3000; i += 1) skim.write(bytes(`line ${i} ${'x'.repeat(100)}\n`));
  skim.write(bytes('no end'));
  const left = skim.take();
  expect(left?.lines).toBe(3000);
  expect(left?.bytes).toBeGreaterThan(3000 * 100);
  expect(left?.last).toHaveLength(100);
  expect(left?.last.at(-1)?.text).toMatch(/^line 2999 x+$/);
  expect(skim.take()).toBeUndefined();
});

test('finds lines that matter, also across chunks, as long as they are kept', () => {
  const skim = skimOf(2);
  for (const part of ['noise\nthe id', '-1 of one\nnoi', 'se\nid-1 two\nid-1 three\nnoise\n']) skim.write(bytes(part));
  expect(skim.kept).toEqual(['the id-1 of one', 'id-1 two']);
  expect(skim.take()?.lines).toBe(4);
});

test('what names the trial is found between bytes that are no text, with its bytes', () => {
  const noise = Buffer.from([0xff, 0xc3, 0x28, 0x0a]);
  const kept: RawLine[] = [];
  const skim = createSkim({ matters: (text) => text.includes('id-1'), keep: (line) => kept.push(line) > 0 });
  skim.write(Buffer.concat([noise, bytes('grüße id-1\n'), noise, Buffer.from([0xfe]), bytes('id-1\n')]));
  expect(kept).toEqual([
    { text: 'grüße id-1', dropped: 0 },
    { text: '\ufffdid-1', dropped: 0, bytes: '\u00feid-1' },
  ]);
  expect(skim.last().map((line) => line.bytes)).toEqual(['\u00ff\u00c3(', '\u00ff\u00c3(']);
});

test('a line without end takes no more than its beginning', () => {
  const skim = skimOf();
  skim.write(bytes('id-1 '));
  for (let i = 0; i < 100; i += 1) skim.write(Buffer.alloc(65_536, 'x'));
  skim.write(bytes('\n'));
  expect(skim.kept).toHaveLength(1);
  expect(skim.kept[0]?.length).toBeLessThan(2 * LONGEST_LINE);
});

test('the first of the last lines is whole: half of a credential would not be known for one', () => {
  const skim = skimOf();
  skim.write(bytes(`password=${'s'.repeat(65_530)}\nafter\n`));
  expect(skim.last().map(({ text }) => text)).toEqual(['after']);
});
