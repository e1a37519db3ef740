/** `npm run bench [-- arguments]`: the set-up, then the benchmarks. */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/main.ts'), ...process.argv.slice(2)]));
