import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import type { SchemaSource } from '../config/types.ts';
import { findWorkerSet } from '../config/worker-sets.ts';
import { checkStartable } from './check-startable.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-startable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = await loadConfig({ cwd: folder });
const workers = await findWorkerSet(config, 'hardened');
const env = { PATH: process.env['PATH'] };

const startedWith = (schema: SchemaSource) => () =>
  checkStartable({ ...config, database: { ...config.database, schema } }, workers, env);

test('a migration command is looked for before anything starts', () => {
  const rest = { cwd: folder, env: {} };
  expect(startedWith({ command: ['node', 'migrate.js'], ...rest })).not.toThrow();
  expect(startedWith({ command: ['nonesuch', 'up'], ...rest })).toThrow(
    /^database\.schema: its command was not found: nonesuch\n {2}command: nonesuch up\n {2}cwd: /,
  );
  expect(startedWith({ command: ['node'], ...rest, cwd: join(folder, 'gone') })).toThrow(
    /its folder does not exist: .*gone/,
  );
  // Its own PATH is the one that it is looked for in.
  expect(startedWith({ command: ['node'], ...rest, env: { PATH: folder } })).toThrow(/its command was not found: node/);
  writeFileSync(join(folder, 'migrate'), '#!/bin/sh\n');
  expect(startedWith({ command: ['./migrate'], ...rest })).toThrow(/\.\/migrate is not executable/);
  chmodSync(join(folder, 'migrate'), 0o755);
  expect(startedWith({ command: ['./migrate'], ...rest })).not.toThrow();
});

test('everything that cannot be started is said at once', () => {
  const [first, second] = workers.workers;
  const broken = [
    { ...first!, command: ['nonesuch-1'] as const },
    { ...second!, cwd: join(folder, 'gone') },
  ];
  const schema: SchemaSource = { command: ['nonesuch-2'], cwd: folder, env: {} };
  const started = (): void => checkStartable(config, { ...workers, workers: broken, schema }, env);
  for (const said of ['nonesuch-1', /its folder does not exist|gone/, 'nonesuch-2']) expect(started).toThrow(said);
});

test('a schema of the workers’ own project is the one that is looked at', () => {
  const schema: SchemaSource = { command: ['nonesuch'], cwd: folder, env: {} };
  expect(() => checkStartable(config, { ...workers, schema }, env)).toThrow(/nonesuch/);
});
