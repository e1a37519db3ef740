/**
 * What an answer must repeat of its request: it is about that student and course. Pacts judge each place by itself and
 * cannot say it. Facts of the team's system (docs/pipeline.md).
 */
import { isFields, show } from '../contract/values.ts';
import type { Mismatch } from '../contract/match.ts';
import type { Call } from '../history/history.ts';
import { rowIn, saysItIsThere } from './answers.ts';

/** The name under which these rules stand where an interaction's would. */
const AGREEMENT = 'an answer is about its request';

const REPEATED = ['studentId', 'courseId'] as const;

/** UUIDs are the same in any case. */
const isSame = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase();

/** Where the row answered is not the requested student's or course's; what is no text is for the pact to judge. */
export const answeredForAnother = (call: Call): readonly Mismatch[] => {
  const asked = call.request.json;
  const row = saysItIsThere(call) ? rowIn(call) : undefined;
  if (!isFields(asked) || row === undefined) return [];
  return REPEATED.flatMap((name): readonly Mismatch[] => {
    const [wanted, actual] = [asked[name], row[name]];
    if (typeof wanted !== 'string' || typeof actual !== 'string' || isSame(wanted, actual)) return [];
    return [
      {
        interaction: AGREEMENT,
        part: 'body',
        path: `$.${call.answers?.in}.${name}`,
        rule: 'repeats',
        expected: show(wanted),
        actual: show(actual),
      },
    ];
  });
};
