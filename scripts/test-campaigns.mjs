/**
 * `npm run test:campaigns [-- arguments for vitest]`: what takes minutes. Every reference edition in every scenario, each wrong design
 * found, each right one left alone, whatever workers take to start, however a trial ends; the packed package in an empty project; the
 * pacts of a pipeline of one's own; somebody else's cluster. The slow ones of them too with FAULTLINE_NIGHTLY=1: npm run nightly.
 */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
const config = join(root, 'vitest.campaigns.config.ts');
process.exit(
  await runNode([join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config, ...process.argv.slice(2)]),
);
