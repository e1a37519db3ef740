import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addToFile, removeEarlier, replaceFile, requireRunsFolder, requireWritable } from './replace-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

it('a file that can be written is found so, is as it was, and nothing is left beside it', () => {
  writeFileSync(at('there'), 'before');
  requireWritable(at('there'));
  requireWritable(at('there'), 'add');
  requireWritable(at('new/one'));
  expect(readFileSync(at('there'), 'utf8')).toBe('before');
  expect(readdirSync(folder).sort()).toEqual(['new', 'there']);
  expect(readdirSync(at('new'))).toEqual([]);
  replaceFile(at('there'), 'after');
  addToFile(at('there'), ', and more');
  expect(readFileSync(at('there'), 'utf8')).toBe('after, and more');
});

it('whatever is in the way is said before, and nothing waits for a reader', () => {
  mkdirSync(at('folder'));
  writeFileSync(at('file'), '');
  execFileSync('mkfifo', [at('pipe')]);
  for (const [name, why] of [
    ['folder', /folder: it is a folder/],
    ['file/below', /ENOTDIR|EEXIST/],
    ['pipe', /no regular file/],
    ['../../proc/none/x', /ENOENT|EPERM|EACCES/],
  ] as const) {
    expect(() => requireWritable(at(name)), name).toThrow(why);
    expect(() => replaceFile(at(name), 'x'), name).toThrow(/cannot write/);
    expect(() => addToFile(at(name), 'x'), name).toThrow(/cannot write/);
  }
  expect(() => requireRunsFolder(at('file'))).toThrow('cannot write runs to');
  mkdirSync(at('runs/latest'), { recursive: true });
  expect(() => requireRunsFolder(at('runs'))).toThrow('`latest` is there, and is no link to a run');
  expect(readdirSync(folder).sort()).toEqual(['file', 'folder', 'pipe', 'runs']);
});

const modeOf = (name: string): string => (statSync(at(name)).mode & 0o777).toString(8);

it('what is made is nobody else’s to read, and what was there keeps its mode', () => {
  replaceFile(at('made'), 'x');
  addToFile(at('added'), 'x');
  requireRunsFolder(at('above/runs'));
  writeFileSync(at('shared'), 'x', { mode: 0o640 });
  replaceFile(at('shared'), 'y');
  expect(['made', 'added', 'above/runs', 'shared'].map(modeOf)).toEqual(['600', '600', '700', '640']);
});

it('a link that somebody has laid beside the file is not followed', () => {
  const { pid } = process;
  writeFileSync(at('precious'), 'of root');
  for (const name of [`x.json.${pid}.tmp`, 'x.json.tmp', 'x.json.part', `.faultline.${pid}.tmp`])
    symlinkSync(at('precious'), at(name));
  requireWritable(at('x.json'));
  replaceFile(at('x.json'), 'y');
  requireRunsFolder(folder);
  expect(readFileSync(at('precious'), 'utf8')).toBe('of root');
});

it.runIf(process.platform === 'linux')('a device takes what it is given, or says that it is full, and stays', () => {
  for (const device of ['/dev/null', '/dev/full']) symlinkSync(device, at(device.slice(5)));
  requireWritable(at('null'));
  removeEarlier(at('null'));
  replaceFile(at('null'), 'x');
  expect(() => requireWritable(at('full'))).toThrow('no space left on device');
  expect(() => replaceFile(at('full'), 'x')).toThrow('no space left on device');
  expect(readlinkSync(at('null'))).toBe('/dev/null');
  expect(existsSync('/dev/null')).toBe(true);
});

it('what links lead to is written, and the links stay', () => {
  writeFileSync(at('real'), 'before');
  symlinkSync('real', at('link'));
  replaceFile(at('link'), 'after');
  expect(readlinkSync(at('link'))).toBe('real');
  expect(readFileSync(at('real'), 'utf8')).toBe('after');
});
