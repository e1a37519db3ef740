import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { EXIT } from '../base/errors.ts';
import { exitCodeWithOutputs } from './prepare-outputs.ts';
import { runHere } from './testing/run-here.ts';

const cwd = mkdtempSync(join(tmpdir(), 'faultline-outputs-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
mkdirSync(join(cwd, 'folder'));
writeFileSync(join(cwd, 'file'), '');
writeFileSync(join(cwd, 'earlier.json'), '{}');

it.each([
  ['--json', 'folder'],
  ['--json', 'file/x.json'],
  ['--json', '/proc/none/x.json'],
  ['--summary', 'folder'],
  ['--durations', 'folder'],
  ['--out', 'file'],
  ['--out', '/proc/none'],
  ['--reporter', 'html=folder'],
  ['--reporter', 'junit=folder'],
])('%s %s is refused before anything starts, and what was there stays', async (option, value) => {
  const { code, stdout, stderr } = await runHere(
    ['run', 'healthy', '--out', 'runs', '--json', 'earlier.json', option, value],
    { cwd, env: {} },
  );
  expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: '' });
  expect(stderr).toMatch(/^error: cannot write .*\n.*\n$/);
  expect(existsSync(join(cwd, 'earlier.json'))).toBe(true);
  expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('what could not be written takes the place of a pass, and of nothing that is red', () => {
  expect(exitCodeWithOutputs(EXIT.ok, 0)).toBe(EXIT.ok);
  expect(exitCodeWithOutputs(EXIT.ok, 1)).toBe(EXIT.environment);
  expect(exitCodeWithOutputs(EXIT.failed, 1)).toBe(EXIT.failed);
});
