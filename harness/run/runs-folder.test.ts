import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { prepareRunsFolder } from './runs-folder.ts';

const cwd = mkdtempSync(join(tmpdir(), 'faultline-runs-folder-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it('git leaves the folder alone that nobody has to name, and sees one that somebody has named', () => {
  for (const name of ['runs', 'mine', 'mine/runs']) prepareRunsFolder(join(cwd, name), cwd);
  expect(readdirSync(join(cwd, 'runs'))).toEqual(['.gitignore']);
  expect(readdirSync(join(cwd, 'mine'))).toEqual(['runs']);
  expect(readdirSync(join(cwd, 'mine/runs'))).toEqual([]);
});
