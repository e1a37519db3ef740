/** What every behaviour is made with. */
import type { Falsehood, Outcome } from '../../pipeline/stub.ts';

/** A truthful answer, or one with these falsehoods. */
export const answered = (response: Response, falsified: readonly Falsehood[] = []): Outcome => ({
  ended: 'answered',
  response,
  falsified,
});

/** No byte of an answer. */
export const unanswered = (ended: 'reset' | 'refused'): Outcome => ({ ended, response: null, falsified: [] });

/** One that failed is answered as it is: a behaviour that spoils answers spoils only good ones. */
export const succeeded = ({ status }: Response): boolean => status < 400;
