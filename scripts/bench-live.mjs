/** `npm run bench:live [-- payments]`: the set-up, then looking through all payments of a system with a million of them. */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/live.ts'), ...process.argv.slice(2)]));
