/** `npm run bench:early [-- arguments]`: the set-up, then every verdict with settling ended early and waited out. Nightly. */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/early.ts'), ...process.argv.slice(2)]));
