/** The workers' repository uses Faultline as a package: packed, installed into an empty project, run there. */
import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { projectWith, startProgram } from '../support/cli.ts';
import type { CliOptions, Ended } from '../support/cli.ts';

// Installing asks the registry for what npm has not kept.
const PATIENCE_MS = 300_000;

const run = async (command: readonly [string, ...string[]], options: CliOptions): Promise<Ended> => {
  const ended = await startProgram(command, { timeoutMs: PATIENCE_MS, ...options }).ended;
  expect(ended.code, `${command.join(' ')}\n${ended.stdout}${ended.stderr}`).toBe(0);
  return ended;
};

const CONFIG = `
import { defineConfig, referenceWorkers } from 'faultline';

const { workers } = referenceWorkers('hardened');
export default defineConfig({ workers: { ours: { workers, quietMs: 20 } } });
`;

let project: string;

beforeAll(async () => {
  // Only the configuration: the package.json that npm install needs is npm's own doing.
  project = projectWith({ 'faultline.config.ts': CONFIG });
  const packed = projectWith({});
  // The tests' set-up has built it; building again would pull the rug from under the tests beside this one.
  await run(['npm', 'pack', '--ignore-scripts', '--pack-destination', packed], { cwd: packageRoot });
  const [file = ''] = readdirSync(packed);
  await run(['npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', join(packed, file)], {
    cwd: project,
  });
}, PATIENCE_MS);

it('npx faultline run healthy passes there', { timeout: PATIENCE_MS }, async () => {
  const { stdout } = await run(['npx', '--no-install', 'faultline', 'run', 'healthy'], { cwd: project });
  // Its own set, as the configuration's only one, is the default.
  expect(stdout).toContain('workers ours');
  expect(stdout).toContain('PASSED');
  expect(readdirSync(join(project, 'runs'))).toContain('latest');
});

it('holds what a user needs and no tests', async () => {
  const { stdout } = await run(['npx', '--no-install', 'faultline', 'list'], { cwd: project });
  expect(stdout).toContain('guard-marked-early');
  const folder = join(project, 'node_modules/faultline');
  expect(readdirSync(folder).sort()).toEqual(['README.md', 'dist', 'fixtures', 'package.json', 'pom.xml']);
  const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(inside.filter((path) => /\.test\.|\/testing/.test(path))).toEqual([]);
});
