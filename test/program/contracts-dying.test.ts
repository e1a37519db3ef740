/** `faultline contracts verify --messages` with a worker that dies of one message: the others are judged all the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { startFaultline } from '../support/cli.ts';

const TIMEOUT = 180_000;
const folder = mkdtempSync(join(tmpdir(), 'faultline-contracts-dying-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The payment of the example "PURCHASE_CREATED with a booking". */
const DEADLY = 'b0a7e001-0000-4000-8000-000000000003';

/** Ends the process at the first line about that payment. */
const PRELOAD = `
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (chunk, ...rest) => {
  const written = write(chunk, ...rest);
  if (String(chunk).includes('${DEADLY}')) process.exit(1);
  return written;
};
`;

const reference = (role: string): string => join(packageRoot, 'dist/fixtures/workers', role, 'hardened.js');

it(
  'finds the one interaction that a worker died of, and starts it anew for the next',
  { timeout: TIMEOUT },
  async () => {
    const preload = join(folder, 'preload.mjs');
    writeFileSync(preload, PRELOAD);
    const workers = [
      { role: 'purchase-worker', command: ['node', reference('purchase-worker')] },
      { role: 'allocation-worker', command: ['node', '--import', preload, reference('allocation-worker')] },
    ];
    const config = { workers: { dying: { workers } }, database: { schema: join(packageRoot, 'fixtures/schema.sql') } };
    writeFileSync(join(folder, 'faultline.config.mjs'), `export default ${JSON.stringify(config)};`);
    const run = startFaultline(
      [
        ...['contracts', 'verify', '--messages', '--workers', join(folder, 'faultline.config.mjs')],
        ...['--pacts', join(packageRoot, 'contracts/pacts')],
      ],
      { cwd: packageRoot, timeoutMs: TIMEOUT },
    );
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout + stderr).toBe(1);
    expect(stdout.match(/^✗ .*$/gm)).toEqual(['✗ PURCHASE_CREATED with a booking: allocation-worker reads it']);
    expect(stdout).toContain('the allocation-worker exited with code 1; it was started anew for what follows');
    expect(stdout).toMatch(/(\d+) of (?!\1 )\d+ verified/);
    expect(stderr).toContain('3 of 18: PURCHASE_CREATED with a booking: allocation-worker reads it');
  },
);
