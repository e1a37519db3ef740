import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeTree } from './remove-tree.ts';

let folder: string;
const at = (...names: readonly string[]): string => join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-tree-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is there goes, links with it and not what they lead to; what is not there is no error', () => {
  mkdirSync(at('other'));
  writeFileSync(at('other', 'kept'), '');
  mkdirSync(at('tree', 'deep', 'er'), { recursive: true });
  symlinkSync(at('other'), at('tree', 'deep', 'link'));
  removeTree(at('tree'));
  removeTree(at('tree'));
  expect(readdirSync(folder)).toEqual(['other']);
  expect(readdirSync(at('other'))).toEqual(['kept']);
});

const NOBODY = 65_534;

/** Makes a folder of many files in the tree; when the first is gone, a link to `victim` stands in its place, as fast as it can. */
const SWAP = `
  const { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } = require('node:fs');
  const [tree, victim] = process.argv.slice(1);
  mkdirSync(tree + '/base');
  for (let i = 0; i < 3000; i += 1) writeFileSync(tree + '/base/a' + i, '');
  for (let i = 0; i < 8; i += 1) writeFileSync(tree + '/base/of-root-' + i, '');
  const first = tree + '/base/' + readdirSync(tree + '/base')[0];
  process.stdout.write('ready');
  while (existsSync(first));
  try { renameSync(tree + '/base', tree + '/elsewhere'); symlinkSync(victim, tree + '/base'); } catch {}
`;

// Only root may remove what is not his.
test.runIf(process.geteuid?.() === 0)(
  'nothing outside of it is removed, whatever somebody puts into the place of a folder meanwhile',
  async () => {
    mkdirSync(at('victim'));
    for (let i = 0; i < 8; i += 1) writeFileSync(at('victim', `of-root-${i}`), '');
    for (let round = 0; round < 1; round += 1) {
      mkdirSync(at('tree'));
      chownSync(at('tree'), NOBODY, NOBODY);
      const attacker = spawn(process.execPath, ['-e', SWAP, at('tree'), at('victim')], { uid: NOBODY, gid: NOBODY });
      const ended = once(attacker, 'exit');
      await once(attacker.stdout, 'data');
      try {
        removeTree(at('tree'));
      } catch {
        // What is made within while it goes may be in the way.
      }
      attacker.kill('SIGKILL');
      await ended;
      removeTree(at('tree'));
      expect(existsSync(at('tree'))).toBe(false);
      expect(readdirSync(at('victim'))).toHaveLength(8);
    }
  },
);
