#!/usr/bin/env node
import { EXIT } from '../base/errors.ts';
import { processIo } from './io.ts';
import { realParts } from './parts.ts';
import { runProgram } from './program.ts';
import { watchOutputs } from './signals.ts';

watchOutputs(process, process, () => process.exit(EXIT.interrupted));

const code = await runProgram(process.argv.slice(2), {
  io: processIo(),
  parts: realParts,
  signals: process,
  exitNow: (given) => process.exit(given),
  random: Math.random,
  clock: () => performance.now(),
  now: () => new Date(),
});
// An output that nobody reads says so only now.
await new Promise(setImmediate);
// process.exit, and not only an exit code: nothing that a library left open may keep a finished command alive.
process.exit(code);
