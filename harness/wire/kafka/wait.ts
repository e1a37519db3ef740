import { FaultlineError } from '../../base/errors.ts';
import { waitUntil } from '../../base/waiting.ts';
import { KafkaError } from './errors.ts';

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
export const waitForBroker = (
  what: string,
  deadlineMs: number,
  look: () => Promise<string | undefined>,
  { everyMs, hint }: Waiting = USUAL,
): Promise<void> =>
  waitUntil(look, {
    ms: deadlineMs,
    everyMs,
    late: (missing) => new FaultlineError('environment', `${what} took longer than ${deadlineMs} ms: ${missing}`, hint),
  });

/**
 * Asks until the answer is no passing refusal any more. Errors: whatever else `ask` rejects with, FaultlineError
 * 'environment' after the deadline, with the refusal.
 */
export const untilAnswered = async <T>(
  what: string,
  deadlineMs: number,
  ask: () => Promise<T>,
  waiting?: Waiting,
): Promise<T> => {
  let answer: { readonly value: T } | undefined;
  await waitForBroker(
    what,
    deadlineMs,
    async () => {
      try {
        answer = { value: await ask() };
        return undefined;
      } catch (error) {
        if (error instanceof KafkaError && error.transient) return error.message;
        throw error;
      }
    },
    waiting,
  );
  return answer!.value;
};
