/** `npm run test:report [-- arguments for vitest]`: the report's page in a real Chromium. */
import { join } from 'node:path';
import { bootstrap, root, runNode } from './bootstrap.mjs';
import { needChromium } from './chromium.mjs';

await bootstrap();
needChromium();
process.exit(
  await runNode([
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    'vitest.report.config.ts',
    ...process.argv.slice(2),
  ]),
);
