/** What admin-service answered to a payment's calls. */
import type { Call } from '../history/history.ts';

export interface Answer {
  readonly seq: number;
  readonly failed: boolean;
  readonly inWords: string;
}

/** The answer to the latest call that has ended; undefined when none has. */
export const lastAnswer = (calls: readonly Call[]): Answer | undefined => {
  const response = calls.findLast((call) => call.response !== undefined)?.response;
  if (response === undefined) return undefined;
  const { status, ended, seq } = response;
  if (status === null) return { seq, failed: true, inWords: `gave no answer (${ended})` };
  const cut = ended === 'answered' ? '' : ` (${ended})`;
  return { seq, failed: status >= 400 || ended !== 'answered', inWords: `answered ${status}${cut}` };
};
