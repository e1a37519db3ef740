/** For tests only: Faultline's command line with doubleParts. Run by jiti, so that the sources need no build. */
import { processIo } from '../../../dist/harness/cli/io.js';
import { runProgram } from '../../../dist/harness/cli/program.js';
import { watchOutputs } from '../../../dist/harness/cli/signals.js';
import { doubleParts } from './double-parts.mjs';

watchOutputs(process, process, () => process.exit(130));

const code = await runProgram(process.argv.slice(2), {
  io: processIo(),
  parts: doubleParts,
  signals: process,
  exitNow: (given) => process.exit(given),
  random: () => 0.5,
  clock: () => performance.now(),
  now: () => new Date(),
});
await new Promise(setImmediate);
process.exit(code);
