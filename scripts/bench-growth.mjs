/** `npm run bench:growth [-- parts]`: the set-up, then whether cost grows as the work. Nightly. */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';

await bootstrap();
const setUp = await runNode([join(root, 'dist/harness/cli/main.js'), 'setup']);
if (setUp !== 0) process.exit(setUp);
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/growth.ts'), ...process.argv.slice(2)]));
