/** For tests only: Faultline's command line with doubleParts. Run by jiti, so that the sources need no build. */
import { runProcess } from '../../../dist/harness/cli/run-process.js';
import { doubleParts } from './double-parts.mjs';

await runProcess({ parts: doubleParts, random: () => 0.5 });
