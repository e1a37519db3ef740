/** The example of a pipeline that shares nothing with the shipped one, run with one of its sets of workers. */
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { faultline, temporaryFolder } from './cli.ts';
import { readJson } from './run-output.ts';

export const SHOP = join(packageRoot, 'examples/order-to-shipment');

export const playShop = async (
  workers: string,
  scenarios: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) => {
  const folder = await temporaryFolder();
  const json = join(folder, 'run.json');
  const of = ['--pipeline', SHOP, '--workers', workers, '--seed', '7'];
  const args = ['run', ...scenarios, ...of, '--out', folder, '--json', json];
  const { code, stdout, stderr } = await faultline(args, { env, timeoutMs: 500_000 });
  return { code, said: `${stdout}${stderr}`, document: readJson(json) };
};
