#!/usr/bin/env node
import { processIo } from './io.ts';
import { realParts } from './parts.ts';
import { runProgram } from './program.ts';

// process.exit, and not only an exit code: nothing that a library left open may keep a finished command alive.
process.exit(
  await runProgram(process.argv.slice(2), {
    io: processIo(),
    parts: realParts,
    signals: process,
    exitNow: (code) => process.exit(code),
    random: Math.random,
    clock: () => performance.now(),
    now: () => new Date(),
  }),
);
