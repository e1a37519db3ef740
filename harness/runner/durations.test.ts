import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDurations, writeDurations } from './durations.ts';

const dir = mkdtempSync(join(tmpdir(), 'faultline-durations-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('durations', () => {
  it('are merged with the record, and nothing else is left behind', () => {
    const file = join(dir, 'new', 'durations.json');
    expect(readDurations(file)).toEqual({});
    writeDurations(file, { a: 1, b: 2 });
    writeDurations(file, { b: 3 });
    expect(readDurations(file)).toEqual({ a: 1, b: 3 });
    expect(readdirSync(dirname(file))).toEqual(['durations.json']);
  });

  it.each(['', 'null', '{"a":', '[1]x'])('a record that cannot be read (%j) is none', (content) => {
    const file = join(dir, 'broken.json');
    writeFileSync(file, content);
    expect(readDurations(file)).toEqual({});
  });
});
