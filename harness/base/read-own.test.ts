import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TooLong, isOwnFolder, linesOfOwnFile, readOwnFile } from './read-own.ts';

let place: string;
beforeEach(() => (place = mkdtempSync(join(tmpdir(), 'read-own-'))));
afterEach(() => rmSync(place, { recursive: true, force: true }));

const LIMITS = { most: 16 };

test('a small file of one’s own is read', () => {
  writeFileSync(join(place, 'file'), 'sixteen bytes ok');
  expect(readOwnFile(join(place, 'file'), LIMITS)).toBe('sixteen bytes ok');
});

test('nothing else is: a longer one, a link, a pipe, a device, a folder', () => {
  writeFileSync(join(place, 'long'), 'seventeen bytes :');
  writeFileSync(join(place, 'file'), 'x');
  symlinkSync(join(place, 'file'), join(place, 'link'));
  symlinkSync('/dev/zero', join(place, 'zero'));
  execFileSync('mkfifo', [join(place, 'pipe')]);
  mkdirSync(join(place, 'folder'));
  for (const name of ['long', 'link', 'zero', 'pipe', 'folder', 'missing'])
    expect(() => readOwnFile(join(place, name), LIMITS), name).toThrow();
  expect(() => readOwnFile('/dev/zero', { most: 16, uid: null })).toThrow('no regular file');
});

test.runIf(process.getuid?.() === 0)('nor what belongs to somebody else, unless that is said', () => {
  writeFileSync(join(place, 'theirs'), 'x');
  mkdirSync(join(place, 'their-folder'));
  for (const name of ['theirs', 'their-folder']) chownSync(join(place, name), 65_534, 65_534);
  expect(() => readOwnFile(join(place, 'theirs'), LIMITS)).toThrow('another user');
  expect(readOwnFile(join(place, 'theirs'), { ...LIMITS, uid: null })).toBe('x');
  expect(isOwnFolder(join(place, 'their-folder'))).toBe(false);
});

test('a link to a folder of one’s own is none', () => {
  mkdirSync(join(place, 'folder'));
  symlinkSync(join(place, 'folder'), join(place, 'link'));
  expect(isOwnFolder(join(place, 'folder'))).toBe(true);
  expect(isOwnFolder(join(place, 'link'))).toBe(false);
});

test('lines are read one after the other, however much is read at once', () => {
  const file = join(place, 'lines');
  const long = `ü${'x'.repeat(1_500_000)}€`;
  const lines = ['{"a":1}', '', long, `${'y'.repeat(1024 * 1024 - 3)}ö`, 'last'];
  const limits = { most: 8 * 1024 * 1024 };
  for (const end of ['\n', '']) {
    writeFileSync(file, lines.join('\n') + end);
    expect([...linesOfOwnFile(file, limits)]).toEqual(lines);
  }
  writeFileSync(file, '');
  expect([...linesOfOwnFile(file, limits)]).toEqual([]);
  writeFileSync(file, 'seventeen bytes :');
  expect(() => [...linesOfOwnFile(file, LIMITS)]).toThrow('17 bytes');
});

test('no more lines are read than are allowed, and that is told apart from what cannot be read', () => {
  const file = join(place, 'lines');
  writeFileSync(file, 'a\nb\nc\n');
  const read = (limits: { readonly most: number; readonly mostLines: number }) => () => [
    ...linesOfOwnFile(file, limits),
  ];
  expect(read({ most: 6, mostLines: 3 })()).toEqual(['a', 'b', 'c']);
  expect(read({ most: 6, mostLines: 2 })).toThrow(TooLong);
  expect(read({ most: 5, mostLines: 3 })).toThrow(TooLong);
  rmSync(file);
  expect(read({ most: 6, mostLines: 3 })).toThrow('ENOENT');
});
