import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addToFile,
  removeEarlier,
  replaceFile,
  replaceProjectFile,
  requireRunsFolder,
  requireWritable,
} from './replace-file.ts';

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
  expect(() => requireRunsFolder(at('file'), { ignored: true })).toThrow('cannot write runs to');
  mkdirSync(at('runs/latest'), { recursive: true });
  expect(() => requireRunsFolder(at('runs'), { ignored: true })).toThrow('`latest` is there, and is no link to a run');
  expect(readdirSync(folder).sort()).toEqual(['file', 'folder', 'pipe', 'runs']);
});

const modeOf = (name: string): string => (statSync(at(name)).mode & 0o777).toString(8);

it.each([0o022, 0o077])(
  'what is made is nobody else’s to read, and what was there keeps its mode: umask %o',
  (mask) => {
    const before = process.umask(mask);
    try {
      replaceFile(at('made'), 'x');
      addToFile(at('added'), 'x');
      requireRunsFolder(at('above/runs'), { ignored: false });
      requireRunsFolder(at('above/ignored'), { ignored: true });
      replaceProjectFile(at('project'), 'x');
      for (const [name, mode, replace] of [
        ['shared', 0o664, replaceFile],
        ['secret', 0o600, replaceProjectFile],
        ['grouped', 0o660, replaceProjectFile],
      ] as const) {
        writeFileSync(at(name), 'x');
        chmodSync(at(name), mode);
        replace(at(name), 'y');
        expect(modeOf(name)).toBe(mode.toString(8));
      }
    } finally {
      process.umask(before);
    }
    expect(['made', 'added', 'above/runs', 'project'].map(modeOf)).toEqual([
      '600',
      '600',
      '700',
      (0o666 & ~mask).toString(8),
    ]);
    expect(readdirSync(at('above/runs'))).toEqual([]);
    expect(['above/ignored', 'above/ignored/.gitignore'].map(modeOf)).toEqual(['700', '600']);
  },
);

/** As somebody to whom modes mean something: root may write anywhere. */
const asAnybody = (work: () => void): void => {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
};

it('a file of the project’s is written as it stands where its folder takes no other; results are whole or not at all', () => {
  chmodSync(folder, 0o755);
  mkdirSync(at('read-only'));
  writeFileSync(at('read-only/known.json'), 'before, and longer');
  chmodSync(at('read-only/known.json'), 0o666);
  chmodSync(at('read-only'), 0o555);
  asAnybody(() => {
    expect(() => replaceFile(at('read-only/known.json'), 'x')).toThrow('EACCES');
    replaceProjectFile(at('read-only/known.json'), 'after');
    expect(() => replaceProjectFile(at('read-only/new.json'), 'x')).toThrow('EACCES');
  });
  expect(readFileSync(at('read-only/known.json'), 'utf8')).toBe('after');
  expect(readdirSync(at('read-only'))).toEqual(['known.json']);
  chmodSync(at('read-only'), 0o755);
});

it('a link that somebody has laid beside the file is not followed', () => {
  const { pid } = process;
  writeFileSync(at('precious'), 'of root');
  for (const name of [`x.json.${pid}.tmp`, 'x.json.tmp', 'x.json.part', `.faultline.${pid}.tmp`])
    symlinkSync(at('precious'), at(name));
  requireWritable(at('x.json'));
  replaceFile(at('x.json'), 'y');
  requireRunsFolder(folder, { ignored: true });
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

it('a link whose target is of an earlier run, or was never there, still leads to what is written', () => {
  mkdirSync(at('elsewhere'));
  writeFileSync(at('elsewhere/real'), 'before');
  symlinkSync('elsewhere', at('folder'));
  symlinkSync('../elsewhere/real', at('elsewhere/link'));
  symlinkSync('folder/link', at('first'));
  requireWritable(at('first'));
  removeEarlier(at('first'));
  expect(readdirSync(at('elsewhere'))).toEqual(['link']);
  replaceFile(at('first'), 'after');
  expect(readFileSync(at('elsewhere/real'), 'utf8')).toBe('after');
  expect([at('first'), at('elsewhere/link')].map((link) => readlinkSync(link))).toEqual([
    'folder/link',
    '../elsewhere/real',
  ]);
  symlinkSync('round', at('round'));
  expect(() => requireWritable(at('round'))).toThrow(/cannot write/);
});

it.runIf(process.geteuid?.() === 0)('a link of another user’s in a folder others write to leads nowhere', () => {
  mkdirSync(at('ours'));
  writeFileSync(at('ours/secret'), 'before');
  mkdirSync(at('shared'));
  for (const [name, to] of [
    ['file', '../ours/secret'],
    ['folder', '../ours'],
    ['new', '../ours/new'],
  ] as const) {
    symlinkSync(to, at(`shared/${name}`));
    lchownSync(at(`shared/${name}`), 65_534, 65_534);
  }
  const ways: readonly ((file: string) => void)[] = [
    (file) => replaceFile(file, 'after'),
    (file) => replaceProjectFile(file, 'after'),
    (file) => addToFile(file, 'after'),
    (file) => requireWritable(file),
    (file) => requireWritable(file, 'add'),
    (file) => removeEarlier(file),
  ];
  for (const mode of [0o1777, 0o775]) {
    chmodSync(at('shared'), mode);
    for (const way of ways)
      for (const file of ['shared/file', 'shared/folder/secret']) expect(() => way(at(file))).toThrow('another user');
    for (const way of ways.slice(0, -1)) expect(() => way(at('shared/new'))).toThrow('another user');
    expect(() => requireRunsFolder(at('shared/folder'), { ignored: false })).toThrow('another user');
  }
  expect(readdirSync(at('ours'))).toEqual(['secret']);
  expect(readFileSync(at('ours/secret'), 'utf8')).toBe('before');
  // Whoever has the folder, and whoever alone writes to it, may lead where he likes.
  chownSync(at('shared'), 65_534, 65_534);
  replaceFile(at('shared/file'), 'by its owner');
  chownSync(at('shared'), 0, 0);
  chmodSync(at('shared'), 0o755);
  addToFile(at('shared/folder/secret'), ', and as its own');
  expect(readFileSync(at('ours/secret'), 'utf8')).toBe('by its owner, and as its own');
});

it.runIf(process.platform === 'linux')(
  'a pipe that is open is added to; one that nobody reads is waited for by nobody',
  () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reader = openSync(at('pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(at('pipe'), constants.O_WRONLY);
    symlinkSync(`/dev/fd/${writer}`, at('stdout'));
    for (const file of [`/dev/fd/${writer}`, `/proc/self/fd/${writer}`, at('stdout')]) {
      requireWritable(file, 'add');
      addToFile(file, 'told');
      const heard = Buffer.alloc(16);
      expect(heard.toString('utf8', 0, readSync(reader, heard)), file).toBe('told');
      expect(() => requireWritable(file), file).toThrow(/cannot write/);
    }
    expect(() => requireWritable(at('pipe'), 'add')).toThrow('no regular file');
    if (process.geteuid?.() === 0) {
      // One of his own is somebody else's to read.
      mkdirSync(at('shared'));
      symlinkSync(`/proc/${process.pid}/fd/${writer}`, at('shared/stdout'));
      lchownSync(at('shared/stdout'), 65_534, 65_534);
      chmodSync(at('shared'), 0o1777);
      for (const way of [() => requireWritable(at('shared/stdout'), 'add'), () => addToFile(at('shared/stdout'), 'x')])
        expect(way).toThrow('another user');
    }
    closeSync(reader);
    expect(() => requireWritable(at('stdout'), 'add')).toThrow('ENXIO');
    expect(() => addToFile(at('stdout'), 'x')).toThrow('ENXIO');
    closeSync(writer);
  },
);

describe('the permissions of a file that was there', () => {
  const modeAfter = (name: string): string => {
    replaceFile(at(name), 'results');
    return (statSync(at(name)).mode & 0o7777).toString(8);
  };

  it('are kept, and nothing else of its mode', () => {
    for (const [mode, kept] of [
      [0o644, '644'],
      [0o4755, '755'],
      [0o7666, '666'],
    ] as const) {
      writeFileSync(at('there'), '');
      chmodSync(at('there'), mode);
      expect(modeAfter('there')).toBe(kept);
    }
  });

  it.runIf(process.geteuid?.() === 0)('are not, where anybody may have put it there to read what is written', () => {
    mkdirSync(at('everybodys'));
    writeFileSync(at('everybodys/waiting'), '');
    writeFileSync(at('everybodys/own'), '');
    for (const name of ['waiting', 'own']) chmodSync(at(`everybodys/${name}`), 0o666);
    chownSync(at('everybodys/waiting'), 65_534, 65_534);
    chmodSync(at('everybodys'), 0o1777);
    expect([modeAfter('everybodys/waiting'), modeAfter('everybodys/own')]).toEqual(['600', '666']);
    writeFileSync(at('of-another'), '');
    chmodSync(at('of-another'), 0o644);
    chownSync(at('of-another'), 65_534, 65_534);
    // Nobody else writes to its folder: whose it is says nothing.
    chmodSync(at('.'), 0o755);
    expect(modeAfter('of-another')).toBe('644');
  });
});
