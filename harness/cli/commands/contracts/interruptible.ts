import { EXIT } from '../../../base/errors.ts';
import type { CommandContext } from '../../context.ts';
import { onStopSignals } from '../../signals.ts';

/** What a signal ends. */
export interface Endable {
  close(): Promise<void>;
  /** The same without waiting. */
  kill(): void;
}

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
  const stopListening = onStopSignals(
    signals,
    () => {
      isInterrupted = true;
      io.stderr.write('ending the workers and what they need (again: at once)\n');
      void parts
        .close()
        .catch((error: unknown) => io.stderr.write(`${String(error)}\n`))
        .finally(() => exitNow(EXIT.interrupted));
    },
    () => {
      parts.kill();
      exitNow(EXIT.interrupted);
    },
  );
  const end = async (close: () => Promise<void>): Promise<void> => {
    // The process ends when the parts have.
    if (isInterrupted) await new Promise(() => undefined);
    await close();
    stopListening();
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // What went wrong first is what matters.
    await end(() => parts.close().catch(() => undefined));
    throw error;
  }
  await end(() => parts.close());
  return result;
};
