/** `npm run bench:controls [-- arguments]`: the set-up, then right designs through every scenario. Nightly. */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/controls.ts'), ...process.argv.slice(2)]));
