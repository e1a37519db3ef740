/** `npm run bench:diagnosis [-- arguments]`: the set-up, then causes brought about in a live system, and what is said of them. Nightly. */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/diagnosis.ts'), ...process.argv.slice(2)]));
