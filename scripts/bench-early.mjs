/** `npm run bench:early [-- arguments]`: the set-up, then every verdict with settling ended early and waited out. Nightly. */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';

await bootstrap();
const setUp = await runNode([join(root, 'dist/harness/cli/main.js'), 'setup']);
if (setUp !== 0) process.exit(setUp);
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/early.ts'), ...process.argv.slice(2)]));
