/** A pipeline that shares nothing with the shipped one has its pacts made, and its service verified. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import { loadConfig } from '../../harness/config/load.ts';
import { findWorkerSet } from '../../harness/config/worker-sets.ts';
import { makeIn, openWorkshop } from '../../harness/pact/consumer/generate.ts';
import type { Workshop } from '../../harness/pact/consumer/generate.ts';
import { faultline } from '../support/cli.ts';

const SHOP = join(packageRoot, 'examples/order-to-shipment');

let out: string;
let workshop: Workshop;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'faultline-shop-pacts-'));
  const config = await loadConfig({ cwd: SHOP });
  const workers = await findWorkerSet(config, 'right');
  workshop = await openWorkshop({ config, workers, env: process.env, progress: () => undefined });
});
afterAll(async () => {
  await workshop?.close();
  rmSync(out, { recursive: true, force: true });
});

test('by workers that put events into an inbox first', async () => {
  const { broken, files } = await makeIn(workshop, { ...orderToShipment.pacts(), out });
  expect(broken).toEqual([]);
  expect(files).toHaveLength(2);
  const { stdout, code } = await faultline(['contracts', 'verify', '--provider', 'carrier', '--pacts', out], {
    cwd: SHOP,
  });
  expect([stdout, code]).toEqual([expect.stringContaining('1 interaction: 1 passed'), 0]);
});
