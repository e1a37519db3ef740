/** `npm run contracts:mutants`: the set-up, then every mutant of the contracts against the verification. */
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';

await bootstrapAndSetUp();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'contracts/mutants/main.ts')]));
