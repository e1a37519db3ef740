/** The package as the workers' repository gets it: packed, installed into an empty project, run there. */
import { cpSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { faultline, projectWith, startProgram } from '../support/cli.ts';
import type { Ended } from '../support/cli.ts';
import { writeLockedProject } from '../support/installed.ts';
import { eventsIn, eventsOf, readJson } from '../support/run-output.ts';

const SLOW = { timeout: 300_000 };

const said = ({ stdout, stderr }: Ended): string => stdout + stderr;

const CONFIG = `
  import { defineConfig, referenceWorkers } from 'faultline';
  const ours = referenceWorkers('hardened', { retryFirstMs: 30, note: 'ours, almost' });
  export default defineConfig({ workers: { ours }, scenarios: ['scenarios'] });`;

const SCENARIO = `
  import { defineScenario } from 'faultline';
  export const scenario = defineScenario({
    name: 'ours',
    title: 'One payment.',
    tags: ['ours'],
    given: { subjects: { ada: {} } },
    faults: [],
    act: [{ do: 'pay', subjects: ['ada'] }],
    during: [{ when: { always: true }, causes: [] }],
  });`;

const VITEST_CONFIG = `
  import { defineConfig } from 'vitest/config';
  import { faultlineVitestConfig } from 'faultline';
  export default defineConfig(faultlineVitestConfig());`;

/** Runs a program of npm's to its end; its output is the error when it fails. */
const npm = async (cwd: string, program: 'npm' | 'npx', ...args: string[]): Promise<Ended> => {
  const ended = await startProgram([program, ...args], { cwd, env: { NO_COLOR: '1' }, timeoutMs: SLOW.timeout }).ended;
  expect(ended.code, said(ended)).toBe(0);
  return ended;
};

describe('the package', () => {
  const cwd = projectWith({
    'faultline.config.ts': CONFIG,
    'scenarios/ours.ts': SCENARIO,
    'scenarios/vitest.config.ts': VITEST_CONFIG,
  });
  let packed: readonly string[];
  beforeAll(async () => {
    const tarballs = projectWith({});
    // dist is built already, or no test here would run.
    const ended = await npm(packageRoot, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', tarballs);
    const [found] = JSON.parse(ended.stdout) as readonly { readonly files: readonly { readonly path: string }[] }[];
    packed = found?.files.map(({ path }) => path) ?? [];
    const [tarball = ''] = readdirSync(tarballs);
    writeLockedProject(cwd, join(tarballs, tarball));
    const quick = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm(cwd, 'npm', 'ci', ...quick);
  }, SLOW.timeout);

  it('holds what runs, and nothing that only tests it', () => {
    for (const file of [
      'dist/harness/cli/main.js',
      'dist/harness/index.d.ts',
      'dist/scenarios/healthy.js',
      'dist/fixtures/workers/allocation-worker/hardened.js',
      'fixtures/schema.sql',
      'pipelines/purchase-to-sessions/schema.sql',
      'contracts/pacts/allocation-worker-admin-service.json',
      'go.sum',
      'pom.sha256',
      'pom.xml',
      'README.md',
      'docs/your-workers.md',
      'templates/github/.github/workflows/faultline.yml',
    ])
      expect(packed).toContain(file);
    expect(packed.filter((path) => /\.test\.|\/testing[./]|\.map$|^test\/|^dist\/\.|double/.test(path))).toEqual([]);
    expect(
      packed.filter(
        (path) =>
          !/^(?:dist|fixtures|contracts\/pacts|templates)\/|^pipelines\/[\w-]+\/schema\.sql$|^(?:package\.json|go\.(?:mod|sum)|pom\.(?:xml|sha256)|(?:CHANGELOG|README|SECURITY)\.md|docs\/[\w-]+\.md)$/.test(
            path,
          ),
      ),
    ).toEqual([]);
  });

  it('makes no project file of its own, and runs healthy there', SLOW, async () => {
    const { stdout } = await npm(cwd, 'npx', '--no-install', 'faultline', 'run', 'healthy', 'ours', '--json', 'o.json');
    expect(stdout).toContain('PASSED: all 2 trials');
    expect(stdout).toContain('workers ours: ours, almost');
    const { scenarios } = readJson(join(cwd, 'o.json'));
    expect(scenarios.map(({ name, verdict }) => [name, verdict]).sort()).toEqual([
      ['healthy', 'passed'],
      ['ours', 'passed'],
    ]);
    // The installed workers ran, not the checkout's.
    const log = eventsOf(eventsIn(scenarios[0]?.runDir ?? ''), 'process.log').map(({ line }) => line);
    expect(log.length).toBeGreaterThan(0);
    expect(readdirSync(cwd).sort()).toEqual([
      'faultline.config.ts',
      'node_modules',
      'o.json',
      'package-lock.json',
      'package.json',
      'runs',
      'scenarios',
    ]);
  });

  it('runs a pipeline that comes with it, by its name', SLOW, async () => {
    const run = ['--no-install', 'faultline', 'run', 'healthy', '--pipeline', 'purchase-to-sessions'];
    const { stdout } = await npm(cwd, 'npx', ...run, '--json', 'p.json');
    expect(stdout).toContain('PASSED');
    expect(stdout).toContain('workers purchase-to-sessions#hardened');
    const { scenarios } = readJson(join(cwd, 'p.json'));
    const log = eventsOf(eventsIn(scenarios[0]?.runDir ?? ''), 'process.started').map(({ worker }) => worker);
    expect(log).toContain('session-worker');
    rmSync(join(cwd, 'p.json'));
  });

  it('runs the example as its README says', SLOW, async () => {
    const example = join(cwd, 'example');
    cpSync(join(packageRoot, 'examples/own-workers'), example, { recursive: true });
    const { stdout } = await npm(example, 'npx', '--no-install', 'faultline', 'run', 'healthy', 'one-call-fails');
    expect(stdout).toContain('PASSED: all 2 trials');
    rmSync(example, { recursive: true });
  });

  it.each([
    { pipeline: 'shipped', scenarios: ['api-fails-twice'] },
    { pipeline: 'own', scenarios: ['orders-are-invoiced', 'invoice-worker-down'] },
  ])('what init writes for the pipeline $pipeline passes there', SLOW, async ({ pipeline, scenarios }) => {
    await npm(cwd, 'npx', '--no-install', 'faultline', 'init', 'begun', '--pipeline', pipeline);
    const begun = join(cwd, 'begun');
    const { stdout } = await npm(begun, 'npx', '--no-install', 'faultline', 'run', ...scenarios);
    expect(stdout).toMatch(/^PASSED: /m);
    expect(stdout).toContain('workers ours');
    rmSync(begun, { recursive: true });
  });

  it("lists Faultline's scenarios and the project's own", SLOW, async () => {
    const { stdout } = await npm(cwd, 'npx', '--no-install', 'faultline', 'list');
    expect(stdout).toMatch(/^healthy +Five payments/m);
    expect(stdout).toMatch(/^ours +One payment\. \[ours\]$/m);
  });

  it("runs the project's scenarios under npx vitest run too", SLOW, async () => {
    const ended = await npm(cwd, 'npx', '--no-install', 'vitest', 'run', '--root', 'scenarios');
    expect(said(ended)).toMatch(/Tests +1 passed \(1\)/);
  });

  it('is reachable from elsewhere: its configuration names the workers of a run', SLOW, async () => {
    const ended = await faultline(['run', 'healthy', '--workers', join(cwd, 'faultline.config.ts')]);
    expect(ended.code, said(ended)).toBe(0);
    expect(ended.stdout).toContain('ours, almost');
  });

  it('needs no more than its own dependencies', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const installed = readdirSync(join(cwd, 'node_modules'));
    expect(installed).toEqual(
      expect.arrayContaining(Object.keys(dependencies).filter((name) => !name.startsWith('@'))),
    );
    // Tools of ours that nobody else's dependency brings along.
    for (const name of ['oxlint', 'knip', 'prettier', 'fast-check']) {
      expect(devDependencies).toHaveProperty(name);
      expect(installed).not.toContain(name);
    }
  });
});
