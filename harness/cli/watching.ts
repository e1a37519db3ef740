/** Doing the same again every so often, until somebody ends it. */
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT } from '../base/errors.ts';
import { onStopSignals } from '../run/signals.ts';
import type { CommandContext } from './context.ts';

export interface Watching {
  /** Between the end of one pass and the beginning of the next, ms. */
  readonly everyMs: number;
  /** One pass; what it is about is aborted where somebody ends it in the middle. Gives its exit code. */
  readonly pass: (signal: AbortSignal) => Promise<number>;
}

/** Gives the exit code of the last pass that came to its end. A second signal ends the process at once. Errors: those of a pass. */
export const watch = async (
  { signals, exitNow }: Pick<CommandContext, 'signals' | 'exitNow'>,
  { everyMs, pass }: Watching,
): Promise<number> => {
  const ending = new AbortController();
  const { signal } = ending;
  let code: number = EXIT.interrupted;
  const stopListening = onStopSignals(
    signals,
    () => ending.abort(),
    () => exitNow(code),
  );
  try {
    while (!signal.aborted) {
      code = await pass(signal);
      await pause(everyMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stopListening();
  }
  return code;
};
