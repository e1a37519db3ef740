import { setTimeout as pause } from 'node:timers/promises';
import { FaultlineError } from '../../base/errors.ts';

/** Between two looks at a condition, ms. */
const LOOK_EVERY_MS = 4;

/**
 * Looks until it is so; `look` gives a text that says what is still missing, or undefined when nothing is.
 * Errors: FaultlineError 'environment' after the deadline, with what was waited for.
 */
export const waitUntil = async (
  what: string,
  deadlineMs: number,
  look: () => Promise<string | undefined>,
): Promise<void> => {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const missing = await look();
    if (missing === undefined) return;
    if (performance.now() > end)
      throw new FaultlineError(
        'environment',
        `${what} took longer than ${deadlineMs} ms: ${missing}`,
        "Look at the broker's log and at the load of this machine.",
      );
    await pause(LOOK_EVERY_MS);
  }
};
