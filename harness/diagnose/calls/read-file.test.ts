import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLogFile } from './read-file.ts';

test('the end of a file, by whole lines', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-file-'));
  const path = join(folder, 'log');
  writeFileSync(path, 'first\nsecond\nthird\nunfinished');
  const read = async (mostBytes: number) => {
    const lines: string[] = [];
    const why = await readLogFile(path, { mostBytes, timeoutMs: 60_000, onLine: ({ text }) => lines.push(text) });
    return [why, ...lines];
  };
  expect(await read(1000)).toEqual([undefined, 'first', 'second', 'third']);
  expect(await read(20)).toEqual([undefined, 'third']);
  expect(await read(0)).toEqual([undefined]);
  await expect(
    readLogFile(join(folder, 'none'), { mostBytes: 1, timeoutMs: 1, onLine: () => undefined }),
  ).rejects.toThrow('ENOENT');
  const ended = { mostBytes: 1000, timeoutMs: 60_000, onLine: () => undefined, signal: AbortSignal.abort() };
  await expect(readLogFile(path, ended)).rejects.toThrow('aborted');
  rmSync(folder, { recursive: true });
});
