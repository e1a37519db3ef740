/** For tests only: Faultline's command line with doubleParts. Run by jiti, so that the sources need no build. */
import { processIo } from '../../../dist/harness/cli/io.js';
import { runProgram } from '../../../dist/harness/cli/program.js';
import { doubleParts } from './double-parts.mjs';

process.exit(
  await runProgram(process.argv.slice(2), {
    io: processIo(),
    parts: doubleParts,
    signals: process,
    exitNow: (code) => process.exit(code),
    random: () => 0.5,
    clock: () => performance.now(),
    now: () => new Date(),
  }),
);
