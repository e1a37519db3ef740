import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder, makeIgnoredFolder, makeNotesFolder } from './make-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-folders-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('makes those above it too, says what is in the way, and does not go on for ever', () => {
  makeFolder(join(folder, 'a', 'b'));
  makeFolder(join(folder, 'a', 'b'));
  expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, 'file'))).toThrow('EEXIST');
  expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow(/EEXIST|ENOTDIR/);
  expect(() => makeFolder('/proc/none/below')).toThrow(/ENOENT|EPERM|EACCES|EROFS/);
});

it('one that it makes is left alone by git; one that was there before is its owner’s', () => {
  makeIgnoredFolder(join(folder, 'runs'));
  expect(readFileSync(join(folder, 'runs', '.gitignore'), 'utf8')).toBe('*\n');
  mkdirSync(join(folder, 'mine'));
  makeIgnoredFolder(join(folder, 'mine'));
  expect(existsSync(join(folder, 'mine', '.gitignore'))).toBe(false);
  makeNotesFolder(join(folder, 'project', '.faultline'));
  makeNotesFolder(join(folder, 'named'));
  expect(readdirSync(join(folder, 'project', '.faultline'))).toEqual(['.gitignore']);
  expect(readdirSync(join(folder, 'named'))).toEqual([]);
});
