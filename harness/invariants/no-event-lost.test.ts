import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { checkInvariant } from './testing.ts';
import { noEventLost as invariant } from './no-event-lost.ts';
import { incomplete, judge, unended } from './testing.ts';

const lost = { without: ['request', 'allocation', 'respond', 'markCreated', 'announced'] } as const;

test('holds when the effect is there', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('violated when an event was committed past without effect', () => {
  expect(judge(invariant, trialOf(lost))).toMatch(
    /^violated: trainer-allocation-workers committed past purchase-created/,
  );
  expect(judge(invariant, trialOf({ without: ['purchase'] }))).toMatch(/^violated: purchase-creation-workers/);
});

test('holds when it is in the dead-letter queue', () =>
  expect(
    judge(
      invariant,
      trialOf({ ...lost, after: { created: (b, _, { created }) => void (created && b.deadLetter(created)) } }),
    ),
  ).toBe('holds'));

test('a dead-letter record of another event does not excuse it', () =>
  expect(
    judge(
      invariant,
      trialOf({ ...lost, after: { created: (b, _, { confirmed }) => void (confirmed && b.deadLetter(confirmed)) } }),
    ),
  ).toMatch(/^violated/));

test('an event that nobody committed past is not lost, nor one that the harness committed past', () => {
  expect(judge(invariant, trialOf({ without: [...lost.without, 'passCreated'] }))).toBe('holds');
  const byHarness = trialOf({
    ...lost,
    instead: {
      passCreated: (b, _, { created }) => void (created && b.commitOffset('allocation-worker', created, 'harness')),
    },
  });
  expect(judge(invariant, byHarness)).toBe('holds');
});

test('a commit ahead of the effect is shown, not accused', () => {
  const ahead = trialOf({
    without: ['passCreated'],
    after: { created: (b, _, { created }) => void (created && b.commitOffset('allocation-worker', created)) },
  });
  const result = checkInvariant(invariant, ahead);
  expect(result.verdict).toBe('holds');
  expect(result.notes).toHaveLength(1);
  expect(checkInvariant(invariant, healthyHistory()).notes).toBeUndefined();
});

test('an event that names nothing is judged by its payment', () => {
  const b = build();
  const poison = b.raw('purchase-created', b.subject(), { raw: 'not JSON', by: 'scenario' });
  b.commitOffset('allocation-worker', poison);
  b.ended();
  expect(judge(invariant, b.history())).toMatch(/^violated/);
});

test('unknown before the end and when sources are incomplete', () => {
  expect(judge(invariant, unended(lost))).toMatch(/^unknown/);
  expect(judge(invariant, incomplete(lost))).toMatch(/^unknown/);
});

test('an event that its group was put back before, and has still to read at the deadline, is not lost', () => {
  const b = build();
  const event = b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario' });
  b.commitOffset('allocation-worker', event);
  const atTheDeadline = (): string => {
    b.barrier();
    b.settled(false, ['the group']);
    return judge(invariant, b.history());
  };
  expect(atTheDeadline()).toMatch(/^violated: trainer-allocation-workers committed past purchase-created-0@0/);
  b.commitOffset('allocation-worker', { ...event, offset: event.offset - 1 }, 'harness');
  expect(atTheDeadline()).toBe('holds');
  b.commitOffset('allocation-worker', event);
  expect(atTheDeadline()).toMatch(/^violated/);
});
