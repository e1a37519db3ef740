import { describe, expect, test } from 'vitest';
import { shippedContract } from '../contract/testing/shipped.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { eventGetsMarked as invariant } from './event-gets-marked.ts';
import { incomplete, judge, unended } from './testing.ts';

test('holds when both events are marked', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test.each([
  ['markConfirmed', 'PURCHASE_CONFIRMED'],
  ['markCreated', 'PURCHASE_CREATED'],
] as const)('violated without %s', (step, type) =>
  expect(judge(invariant, trialOf({ without: [step] }))).toMatch(new RegExp(`^violated: ${type} at .* never marked`)),
);

test('whoever wrote the row', () =>
  expect(
    judge(
      invariant,
      trialOf({ instead: { markCreated: (b) => void b.mark('PURCHASE_CREATED', 'ada', 'payment-service') } }),
    ),
  ).toBe('holds'));

describe('a mark that was taken away', () => {
  const emptied = (writer: string | null = null) =>
    trialOf({
      after: { markCreated: (b) => void b.commit([{ table: 'processed_events', op: 'truncate' }], writer) },
    });

  test('is told as that, and nobody is named: nothing tells which worker it was', () => {
    const { violations } = invariant.check(emptied(), shippedContract);
    expect(violations.map(({ message, shape, worker }) => ({ message, shape, worker }))).toEqual(
      [
        ['PURCHASE_CONFIRMED', 'purchase-confirmed'],
        ['PURCHASE_CREATED', 'purchase-created'],
      ].map(([type, shape]) => ({
        message: expect.stringMatching(
          new RegExp(`^${type} at .* was marked in processed_events, and a worker took the mark away again$`),
        ),
        shape: `${shape}-mark-removed`,
        worker: undefined,
      })),
    );
    expect(violations.every(({ evidence }) => evidence.length === 3)).toBe(true);
  });

  test('of two rows that mark it one is enough', () => {
    const twice = (b: Build): void => {
      const { row } = b.markChange('PURCHASE_CREATED', b.subject());
      const other = { ...row, event_id: 'claimed' };
      b.commit([{ table: 'processed_events', op: 'insert', row: other }]);
      b.commit([{ table: 'processed_events', op: 'delete', old: other }]);
    };
    expect(judge(invariant, trialOf({ after: { markCreated: twice } }))).toBe('holds');
    expect(judge(invariant, trialOf({ after: { request: twice } }))).toBe('holds');
    expect(judge(invariant, trialOf({ instead: { markCreated: twice } }))).toMatch(/took the mark away again/);
  });

  test('by somebody else: no worker has done wrong', () => expect(judge(invariant, emptied('scenario'))).toBe('holds'));

  test('and made again: it is there', () =>
    expect(
      judge(
        invariant,
        trialOf({
          after: {
            markConfirmed: (b) => {
              b.commit([{ table: 'processed_events', op: 'truncate' }]);
              b.mark('PURCHASE_CONFIRMED');
            },
          },
        }),
      ),
    ).toBe('holds'));
});

test('an event that may stay dead-lettered is not to be marked: it has no effect', () => {
  const deadLettered = (mayDeadLetter: string[]) => {
    const b = build({ mayDeadLetter });
    b.deadLetter(b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario' }));
    b.ended();
    return b.history();
  };
  expect(judge(invariant, deadLettered(['ada']))).toBe('holds');
  expect(judge(invariant, deadLettered([]))).toMatch(/^violated/);
});

test('unknown before the end and when sources are incomplete', () => {
  expect(judge(invariant, unended({ without: ['markCreated'] }))).toMatch(/^unknown/);
  expect(judge(invariant, incomplete({ without: ['markCreated'] }))).toMatch(/^unknown/);
});
