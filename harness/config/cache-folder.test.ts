import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../base/package-root.ts';
import { cacheFolder, notesFolder } from './cache-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'faultline-cache-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const project = (name: string, ...folders: readonly string[]): { root: string } => {
  for (const folder of ['', ...folders]) mkdirSync(join(root, name, folder), { recursive: true });
  return { root: join(root, name) };
};

/** Only where the checkout has parts of its own does it come before the user's cache. */
const otherwise = (env: Readonly<Record<string, string>>, expected: string): void =>
  expect([join(packageRoot, '.faultline'), expected]).toContain(cacheFolder(project('bare'), env));

test('FAULTLINE_HOME comes first, and an empty one is none', () => {
  expect(cacheFolder(project('full', '.faultline/kafka-4-jars'), { FAULTLINE_HOME: '/x' })).toBe('/x');
  expect(notesFolder(project('full'), { FAULTLINE_HOME: '/x' })).toBe('/x');
  expect(cacheFolder(project('full'), { FAULTLINE_HOME: '' })).toBe(join(root, 'full', '.faultline'));
});

test('parts that are there are used where they are', () => {
  expect(cacheFolder(project('with', '.faultline/postgres-18'), {})).toBe(join(root, 'with', '.faultline'));
});

test('a folder without parts is no cache: the user’s is, which all projects share', () => {
  project('bare', '.faultline');
  otherwise({ HOME: '/home/ada' }, '/home/ada/.cache/faultline');
  otherwise({ HOME: '/home/ada', XDG_CACHE_HOME: '/cache' }, '/cache/faultline');
  otherwise({ HOME: '/home/ada', XDG_CACHE_HOME: 'relative' }, '/home/ada/.cache/faultline');
  otherwise({}, join(homedir(), '.cache', 'faultline'));
});

test("Faultline's own checkout keeps its parts in it, also before there are any", () => {
  expect(cacheFolder({ root: packageRoot }, {})).toBe(join(packageRoot, '.faultline'));
});

test('notes of a project stay with the project', () => {
  expect(notesFolder(project('bare'), {})).toBe(join(root, 'bare', '.faultline'));
});
