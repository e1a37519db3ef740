/** `npm start [-- arguments]`: Faultline's command line from a fresh clone; without arguments it runs all scenarios. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, root } from './bootstrap.mjs';

await bootstrap();
const main = join(root, 'dist/harness/cli/main.js');
const given = process.argv.slice(2);
// In this process: signals, exit code and terminal are the command's own.
process.argv = [process.execPath, main, ...(given.length === 0 ? ['run'] : given)];
await import(pathToFileURL(main).href);
