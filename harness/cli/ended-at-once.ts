/** Work that somebody may end at any moment, with all that it started. */
import { EXIT } from '../base/errors.ts';
import { onStopSignals } from '../run/signals.ts';
import type { CommandContext } from './context.ts';

/** At the first signal what listens to the work's own is ended, and then the process: nothing that was read needs to be kept. */
export const endedAtOnce = async <T>(
  { signals, exitNow }: Pick<CommandContext, 'signals' | 'exitNow'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
    exitNow(EXIT.interrupted);
  };
  const stopListening = onStopSignals(signals, end, end);
  try {
    return await work(ending.signal);
  } finally {
    stopListening();
  }
};
