import { setTimeout as pause } from 'node:timers/promises';
import { FaultlineError } from '../../base/errors.ts';

export interface Waiting {
  /** Between two looks at the condition, ms. */
  readonly everyMs: number;
  /** What to do when it does not come about. */
  readonly hint: string;
}

const USUAL: Waiting = { everyMs: 4, hint: "Look at the broker's log and at the load of this machine." };

/** For brokers of somebody else's. */
export const POLITE: Waiting = { everyMs: 100, hint: 'Is every broker of the cluster up, and well?' };

/**
 * Looks until it is so; `look` gives a text that says what is still missing, or undefined when nothing is.
 * Errors: FaultlineError 'environment' after the deadline, with what was waited for.
 */
export const waitUntil = async (
  what: string,
  deadlineMs: number,
  look: () => Promise<string | undefined>,
  { everyMs, hint }: Waiting = USUAL,
): Promise<void> => {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const missing = await look();
    if (missing === undefined) return;
    if (performance.now() > end)
      throw new FaultlineError('environment', `${what} took longer than ${deadlineMs} ms: ${missing}`, hint);
    await pause(everyMs);
  }
};
