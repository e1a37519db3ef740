/** `npm run bench:hostile [-- names]`: the set-up, then right workers that misbehave beside their work. Nightly. */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/hostile.ts'), ...process.argv.slice(2)]));
