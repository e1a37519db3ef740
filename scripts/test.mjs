/** `npm test [-- arguments for vitest]`: the set-up, then all tests. */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';

await bootstrap();
const setUp = await runNode([join(root, 'dist/harness/cli/main.js'), 'setup']);
if (setUp !== 0) process.exit(setUp);
process.exit(await runNode([join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]));
