/** A dead-letter record against the event that it is about: what it says of another is held against it. */
import type { Mismatch } from '../contract/match.ts';
import { show } from '../contract/values.ts';
import { recordPosition } from '../history/history.ts';
import type { DeadLetter, History } from '../history/history.ts';
import { disputedIn, originOf } from '../history/letters.ts';

/** The name under which these rules stand where an interaction's would. */
const ORIGIN = 'a letter is about its original';

const wrong = (path: string, expected: unknown, actual: unknown): Mismatch => ({
  interaction: ORIGIN,
  part: 'body',
  path,
  rule: 'is of its original',
  expected: show(expected),
  actual: show(actual),
});

/** Where the letter names another position, other ids, or holds another event than the one it is about. */
export const notOfItsOriginal = (history: History, letter: DeadLetter): readonly Mismatch[] => {
  const event = originOf(history, letter);
  if (event === undefined) return [];
  const { topic, partition, offset, correlationId, eventId, original } = letter;
  return disputedIn(history, letter).flatMap((claim): readonly Mismatch[] => {
    if (claim === 'position')
      return [wrong('$.originalOffset', recordPosition(event.record), `${topic}-${partition}@${offset}`)];
    if (claim === 'content') return [wrong('$.originalEvent', event.eventId ?? event.type, original?.['_metadata'])];
    return [
      wrong(
        '$.correlationId and $.eventId',
        [event.correlationId, event.eventId].join(' and '),
        [correlationId, eventId].join(' and '),
      ),
    ];
  });
};
