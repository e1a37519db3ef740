/** On a shared cluster the workers' own words have the broker's names; the verdict must not depend on it. */
import { expect, test } from 'vitest';
import { formatEvent } from '../history/file.ts';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import { checkInvariants } from './testing.ts';
import { judge } from './testing.ts';
import { messagesHonourContract } from './messages-honour-contract.ts';

interface Trial {
  /** Of the trial; left out: none. */
  readonly prefix?: string;
  /** What the dead-letter record calls the topic of its original. */
  readonly original?: string;
  readonly letters?: number;
}

/** PURCHASE_CREATED is given up by the allocation-worker; stored and read again. */
const deadLettered = ({ prefix, original = 'purchase-created', letters = 1 }: Trial): History => {
  const b = build({ mayDeadLetter: ['ada'], ...(prefix === undefined ? {} : { prefix }) });
  flow(b, {
    after: {
      created: (each, _, { created }) => {
        for (let i = 0; created !== undefined && i < letters; i += 1) {
          const { headers } = each.deadLetter(created, { value: { originalTopic: original } });
          const last = each.events.at(-1)!;
          each.events[last.seq - 1] = { ...last, headers: { ...headers, originalTopic: original } } as HistoryEvent;
        }
      },
    },
  });
  b.ended();
  return openHistory(b.events.map((event) => JSON.parse(formatEvent(event)) as HistoryEvent));
};

const verdicts = (history: History): unknown =>
  checkInvariants(history).map(({ id, verdict, findings }) => [id, verdict, findings.map(({ message }) => message)]);

test.each([1, 2])('%i letters are judged as without a prefix', (letters) => {
  expect(verdicts(deadLettered({ prefix: 'ci.', original: 'ci.purchase-created', letters }))).toEqual(
    verdicts(deadLettered({ letters })),
  );
});

test('the contract holds for the broker’s name under the prefix, and for no other', () => {
  const judged = (trial: Trial): string => judge(messagesHonourContract, deadLettered(trial));
  expect(judged({ prefix: 'ci.', original: 'ci.purchase-created' })).toBe('holds');
  expect(judged({ prefix: 'ci.', original: 'ci.trainer-allocated' })).toMatch(/^violated: .*originalTopic/);
  expect(judged({ prefix: 'ci.', original: 'cd.purchase-created' })).toMatch(/^violated: .*originalTopic/);
  expect(judged({ original: 'ci.purchase-created' })).toMatch(/^violated: .*originalTopic/);
});
