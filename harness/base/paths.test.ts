import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isWithin } from './paths.ts';

let place: string;
beforeEach(() => (place = mkdtempSync(join(tmpdir(), 'paths-'))));
afterEach(() => rmSync(place, { recursive: true, force: true }));

test('what is below a folder is within it, there or not', () => {
  mkdirSync(join(place, 'run'));
  for (const path of ['run', 'run/none', './run', join(place, 'run')]) expect(isWithin(place, path), path).toBe(true);
});

test('neither the folder itself is, nor what is above, beside, or behind a link that leads out', () => {
  mkdirSync(join(place, 'folder'));
  symlinkSync('/etc', join(place, 'folder', 'link'));
  const folder = join(place, 'folder');
  for (const path of ['', '.', '..', '../folder2', '/etc/passwd', 'a/../..', 'link', 'link/passwd', 'link/none'])
    expect(isWithin(folder, path), path).toBe(false);
});

test('a way by a link that leads into the folder is within it', () => {
  mkdirSync(join(place, 'folder', 'run'), { recursive: true });
  symlinkSync(join(place, 'folder'), join(place, 'link'));
  expect(isWithin(join(place, 'folder'), join(place, 'link', 'run'))).toBe(true);
});
