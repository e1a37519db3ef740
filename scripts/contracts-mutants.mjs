/** `npm run contracts:mutants`: the set-up, then every mutant of the contracts against the verification. */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';

await bootstrap();
const setUp = await runNode([join(root, 'dist/harness/cli/main.js'), 'setup']);
if (setUp !== 0) process.exit(setUp);
process.exit(await runNode(['--import', 'jiti/register', join(root, 'contracts/mutants/main.ts')]));
