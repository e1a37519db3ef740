/** `npm run bench:report`: size, first paint and scrolling of the report's page, measured in Chromium. */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';
import { needChromium } from './chromium.mjs';

await bootstrap();
needChromium();
process.exit(await runNode(['--import', 'jiti/register', join(root, 'bench/report.ts')]));
