/** This process as the command line: its outputs, signals and end. */
import { EXIT } from '../base/errors.ts';
import type { CommandContext } from './context.ts';
import { processIo } from './io.ts';
import { runProgram } from './program.ts';
import { watchOutputs } from '../run/signals.ts';

/** Runs what its arguments ask for and ends it with the exit code. */
export const runProcess = async ({ parts, random }: Pick<CommandContext, 'parts' | 'random'>): Promise<never> => {
  const io = processIo();
  // What is started gets it as it was; here it would let anybody pass for a broker of contracts or an engine.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  watchOutputs(process, process, () => process.exit(EXIT.interrupted));
  const code = await runProgram(process.argv.slice(2), {
    io,
    parts,
    signals: process,
    exitNow: (given) => process.exit(given),
    random,
    clock: () => performance.now(),
    now: () => new Date(),
  });
  // An output that nobody reads says so only now.
  await new Promise(setImmediate);
  // process.exit, and not only an exit code: nothing that a library left open may keep a finished command alive.
  process.exit(code);
};
