/** `npm run bench:hostile [-- names]`: the set-up, then right workers that misbehave beside their work. Nightly. */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';

await bootstrap();
const setUp = await runNode([join(root, 'dist/harness/cli/main.js'), 'setup']);
if (setUp !== 0) process.exit(setUp);
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/hostile.ts'), ...process.argv.slice(2)]));
