import { isComplete } from '../../history/completeness.ts';
import { nameOf } from '../../history/names.ts';
import { lastAnswer } from '../answers.ts';
import { hasStood } from '../facts.ts';
import type { CauseRule } from '../types.ts';

export const apiFailing: CauseRule = {
  id: 'api-failing',
  prove: ({ history, subject, calls, stage }) => {
    const last = calls.at(-1);
    if (stage !== 'allocation' || last === undefined) return undefined;
    const requests = calls.map(({ request }) => request.seq);
    const answer = lastAnswer(calls);
    if (answer === undefined)
      // A call that is open may still be answered; one that stands is not.
      return hasStood(history, last.request)
        ? { message: `admin-service has not answered the call for ${nameOf(subject)}`, evidence: requests }
        : undefined;
    // An error answer proves by itself; that a row is missing is known only when all commits are.
    if (!answer.failed && !isComplete(history, 'postgres')) return undefined;
    return {
      message: `admin-service ${answer.inWords} to the call for ${nameOf(subject)}${answer.failed ? '' : ', and no allocation row was committed'}`,
      evidence: [...requests, answer.seq],
    };
  },
};
