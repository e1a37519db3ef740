import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { putFiles } from './put-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-put-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('takes back what was made and what was changed when the last one cannot be changed', () => {
  writeFileSync(join(folder, '.gitignore'), 'ours\n');
  // Nothing can be put in a folder's place.
  mkdirSync(join(folder, 'package.json'));
  const changed = ['.gitignore', 'package.json'].map((path) => ({ path, text: 'more', before: 'ours\n' }));
  expect(() => putFiles(folder, [{ path: 'a/b/c.ts', text: '' }], changed)).toThrow(/package\.json/);
  expect(readdirSync(folder)).toEqual(['.gitignore', 'package.json']);
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('ours\n');
});

it('leaves alone what somebody has put there meanwhile', () => {
  writeFileSync(join(folder, 'b.ts'), 'theirs');
  const made = ['a.ts', 'b.ts'].map((path) => ({ path, text: 'ours' }));
  expect(() => putFiles(folder, made, [])).toThrow(`cannot write to ${folder}: EEXIST`);
  expect(readdirSync(folder)).toEqual(['b.ts']);
  expect(readFileSync(join(folder, 'b.ts'), 'utf8')).toBe('theirs');
});
