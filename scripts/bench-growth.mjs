/** `npm run bench:growth [-- parts]`: the set-up, then whether cost grows as the work. Nightly. */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/growth.ts'), ...process.argv.slice(2)]));
