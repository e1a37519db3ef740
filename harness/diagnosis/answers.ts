/** What admin-service answered to a payment's calls. */
import type { Call } from '../history/history.ts';

export interface Answer {
  readonly seq: number;
  readonly kind: 'error' | 'none' | 'success';
  readonly inWords: string;
}

/** The answer to the latest call that has ended; undefined when none has. */
export const lastAnswer = (calls: readonly Call[]): Answer | undefined => {
  const response = calls.findLast((call) => call.response !== undefined)?.response;
  if (response === undefined) return undefined;
  const { status, ended, seq } = response;
  if (status === null) return { seq, kind: 'none', inWords: `gave no answer (${ended})` };
  if (status >= 300)
    return { seq, kind: 'error', inWords: `answered ${status}${ended === 'answered' ? '' : ` (${ended})`}` };
  if (ended !== 'answered') return { seq, kind: 'none', inWords: `answered ${status} (${ended})` };
  return { seq, kind: 'success', inWords: `answered ${status}` };
};
