import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { http } from 'msw';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defineConfig } from '../index.ts';
import { importModule } from './import-module.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string): string => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

it('gives this package and its MSW to a module that has no node_modules', async () => {
  write('stub.ts', `export { http } from 'msw';`);
  const file = write('faultline.config.ts', `export { defineConfig } from 'faultline'; export * from './stub.ts';`);
  expect(await importModule(file)).toMatchObject({ defineConfig, http });
});

it("a project's own MSW is taken, with what is in it", async () => {
  const own = { name: 'msw', type: 'module', exports: { '.': './index.js', './node': './node.js' } };
  write('node_modules/msw/package.json', JSON.stringify(own));
  write('node_modules/msw/index.js', `export const http = 'theirs';`);
  write('node_modules/msw/node.js', `export const setupServer = 'theirs too';`);
  const file = write('faultline.config.ts', `export { http } from 'msw'; export { setupServer } from 'msw/node';`);
  expect(await importModule(file)).toMatchObject({ http: 'theirs', setupServer: 'theirs too' });
});
