/** `npm run docs:screenshots`: makes the pictures of the report in docs/ anew. */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';
import { needChromium } from './chromium.mjs';

await bootstrap();
needChromium();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/report/screenshots.ts')]));
