import { setTimeout as pause } from 'node:timers/promises';
import { EXIT } from '../../../base/errors.ts';
import type { CommandContext } from '../../context.ts';
import { onStopSignals } from '../../../run/signals.ts';

/** What a signal ends. */
export interface Endable {
  /** Also ends whatever is waited for in the work. */
  close(): Promise<void>;
  /** The same without waiting. */
  kill(): void;
}

/** How long the work may take to tidy up after its parts have ended, ms. */
const TIDYING_MS = 3000;

/**
 * Does work on parts that it closes afterwards. Ctrl-C ends them in order and the process then, a second one at once: what
 * broke because they were ended is no result.
 */
export const interruptible = async <T>(
  { io, signals, exitNow }: Pick<CommandContext, 'io' | 'signals' | 'exitNow'>,
  parts: Endable,
  work: () => Promise<T>,
): Promise<T> => {
  let isInterrupted = false;
  const endAll = async (): Promise<void> => {
    await parts.close().catch((error: unknown) => io.stderr.write(`${String(error)}\n`));
    await Promise.race([doing.catch(() => undefined), pause(TIDYING_MS)]);
    exitNow(EXIT.interrupted);
  };
  const stopListening = onStopSignals(
    signals,
    () => {
      isInterrupted = true;
      io.stderr.write('ending the workers and what they need (again: at once)\n');
      void endAll();
    },
    () => {
      parts.kill();
      exitNow(EXIT.interrupted);
    },
  );
  // Once somebody listens: until then a signal ends the process where it stands.
  const doing = work();
  const end = async (close: () => Promise<unknown>): Promise<void> => {
    // The process ends when the parts have.
    if (isInterrupted) await new Promise(() => undefined);
    await close();
    stopListening();
  };
  let result: T;
  try {
    result = await doing;
  } catch (error) {
    // What went wrong first is what matters.
    await end(() => parts.close().catch(() => undefined));
    throw error;
  }
  await end(() => parts.close());
  return result;
};
