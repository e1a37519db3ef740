/** Contracts are made where there is only an engine, and are the same to the byte. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { projectWith, startFaultline } from '../support/cli.ts';
import { madeBy } from './support/engine.ts';

const COMMITTED = join(packageRoot, 'contracts/pacts');

/** The same programs; their names are in the pacts, so the set has theirs. */
const IMAGES = `
  const worker = (role) => ({
    role,
    image: 'faultline-reference-workers:local',
    command: ['node', \`dist/fixtures/workers/\${role}/hardened.js\`],
    env: { FAULTLINE_RETRY_FIRST_MS: '20' },
  });
  export default {
    workers: { hardened: { workers: [worker('purchase-worker'), worker('allocation-worker')], quietMs: 20 } },
  };`;

const contracts = (cwd: string, args: readonly string[]) =>
  startFaultline(['contracts', ...args], { cwd, timeoutMs: 300_000 });

it.each([
  ['processes', 'export default {};'],
  ['images', IMAGES],
])('with workers as %s', { timeout: 400_000 }, async (_kind, config) => {
  const cwd = projectWith({ 'faultline.config.mjs': config });
  const args = ['--env', 'docker', '--workers', 'hardened'];
  const made = contracts(cwd, ['generate', ...args, '--out', 'pacts', '--consumer-version', '1']);
  const { code, stdout, stderr } = await made.ended;
  expect(code, stdout + stderr).toBe(0);
  expect(readdirSync(join(cwd, 'pacts')).sort()).toEqual(readdirSync(COMMITTED).sort());
  for (const file of readdirSync(COMMITTED))
    expect(readFileSync(join(cwd, 'pacts', file), 'utf8'), file).toBe(readFileSync(join(COMMITTED, file), 'utf8'));
  expect(madeBy(made.pid)).toEqual([]);

  const verified = contracts(cwd, ['verify', '--messages', ...args, '--pacts', 'pacts']);
  const end = await verified.ended;
  expect(end.code, end.stdout + end.stderr).toBe(0);
  expect(end.stdout).toContain('18 of 18 verified');
  expect(madeBy(verified.pid)).toEqual([]);
});
