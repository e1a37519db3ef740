/** A pipeline that shares nothing with the shipped one, on real parts, by its declaration, its workers and its scenarios alone. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../harness/base/errors.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import { faultline, temporaryFolder } from '../support/cli.ts';
import { readJson, rowOf, violatedIn } from '../support/run-output.ts';

const play = async (edition: string, ...scenarios: readonly string[]) => {
  const folder = await temporaryFolder();
  const json = join(folder, 'run.json');
  const of = ['--pipeline', join(packageRoot, 'examples/order-to-shipment'), '--workers', edition, '--seed', '7'];
  const { code, stdout, stderr } = await faultline(['run', ...scenarios, ...of, '--out', folder, '--json', json]);
  return { code, said: `${stdout}${stderr}`, document: readJson(json) };
};

test('the right workers pass, and the planner that marks before it plans is found', async () => {
  const right = await play('right');
  expect(right.code, right.said).toBe(EXIT.ok);
  const hasty = await play('hasty', 'orders-are-shipped');
  expect(hasty.code, hasty.said).toBe(EXIT.failed);
  expect(violatedIn(rowOf(hasty.document, 'orders-are-shipped')), hasty.said).toEqual(['mark-follows-effect']);
}, 180_000);
