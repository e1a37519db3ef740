import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { deadLetterOnce as invariant } from './dead-letter-once.ts';
import { incomplete, judge } from './testing.ts';

interface Options {
  /** Stated attempts of each dead-letter record. */
  readonly letters?: readonly (number | undefined)[];
  readonly calls?: readonly number[];
  readonly between?: (b: Build) => void;
  readonly before?: (b: Build) => void;
  readonly raw?: string;
  readonly value?: Record<string, unknown>;
  readonly type?: 'PURCHASE_CONFIRMED' | 'PURCHASE_CREATED';
}

const deadLettered = ({
  letters = [5],
  calls = [],
  between,
  before,
  raw,
  value,
  type = 'PURCHASE_CREATED',
}: Options = {}) => {
  const b = build({ acting: false });
  before?.(b);
  b.phase('act');
  const event = b.emit(type, 'ada', {
    by: 'scenario',
    ...(raw === undefined ? {} : { raw }),
    ...(value === undefined ? {} : { value }),
  });
  for (const status of calls) b.respond(b.request(), 'ada', { status });
  letters.forEach((attempts, i) => {
    if (i > 0) between?.(b);
    b.deadLetter(event, { value: { attempts } });
  });
  b.ended();
  return b.history();
};

test('holds for none, and for one after all attempts', () => {
  expect(judge(invariant, healthyHistory())).toBe('holds');
  expect(judge(invariant, deadLettered())).toBe('holds');
  expect(judge(invariant, deadLettered({ type: 'PURCHASE_CONFIRMED', letters: [3] }))).toBe('holds');
});

test('violated by two for one event', () =>
  expect(judge(invariant, deadLettered({ letters: [5, 5] }))).toMatch(
    /^violated: .* is in the dead-letter queue 2 times/,
  ));

test.each<[string, (b: Build) => void]>([
  ['an exit', (b) => b.exited('allocation-worker')],
  [
    'a rebalance',
    (b) =>
      b.add({
        kind: 'offsets.group-changed',
        source: 'offsets',
        position: 9,
        group: 'trainer-allocation-workers',
        generation: 2,
        members: [],
      }),
  ],
  [
    'a broken connection',
    (b) =>
      b.add({ kind: 'wire.refused', source: 'wire', worker: 'allocation-worker', upstream: 'kafka', connection: 1 }),
  ],
])('a repeat with %s in between is not held against it', (_, between) => {
  expect(judge(invariant, deadLettered({ letters: [5, 5], between }))).toBe('holds');
  // What came before the act was over when the event was published.
  expect(judge(invariant, deadLettered({ letters: [5, 5], before: between }))).toMatch(/^violated/);
});

test('a fault that breaks connections excuses a repeat for as long as it lasts, also when it began before the act', () => {
  const broken = (b: Build) => b.fired('bytes-withheld', 'allocation-worker to kafka');
  expect(judge(invariant, deadLettered({ letters: [5, 5], before: broken }))).toBe('holds');
  const others = (b: Build) => b.fired('bytes-withheld', 'purchase-worker to kafka');
  expect(judge(invariant, deadLettered({ letters: [5, 5], before: others }))).toMatch(/^violated/);
});

test('an exit of the other worker excuses nothing', () =>
  expect(judge(invariant, deadLettered({ letters: [5, 5], between: (b) => b.exited('purchase-worker') }))).toMatch(
    /^violated/,
  ));

test('violated before the documented attempts', () => {
  expect(judge(invariant, deadLettered({ letters: [4] }))).toMatch(/^violated: .* after 4 attempts of 5/);
  expect(judge(invariant, deadLettered({ type: 'PURCHASE_CONFIRMED', letters: [2] }))).toMatch(/^violated: .* of 3/);
});

test('calls that were seen count as attempts, whatever the record says', () => {
  expect(judge(invariant, deadLettered({ letters: [1], calls: [500, 500, 500, 500, 500] }))).toBe('holds');
  expect(judge(invariant, deadLettered({ letters: [undefined], calls: [500, 500] }))).toMatch(/^violated: .* after 2/);
  expect(judge(invariant, deadLettered({ letters: [undefined] }))).toBe('holds');
});

test.each<[string, Options]>([
  ['that is not JSON', { raw: 'garbage' }],
  ['without its required ids', { value: { studentId: undefined } }],
  ['that was answered 400', { calls: [400] }],
])('an event %s needs no further attempts', (_, options) =>
  expect(judge(invariant, deadLettered({ letters: [1], ...options }))).toBe('holds'),
);

test('unknown when sources are incomplete: what excuses it may lie in what is missing', () => {
  expect(judge(invariant, incomplete())).toMatch(/^unknown/);
  const early = {
    after: {
      created: (b: Build, _: string, seen: { created?: Parameters<Build['deadLetter']>[0] }) =>
        void (seen.created && b.deadLetter(seen.created, { attempts: 1 })),
    },
  };
  expect(judge(invariant, incomplete({ ...early, without: ['request', 'respond'] }))).toMatch(/^unknown/);
});

test.each(['PURCHASE_CONFIRMED', 'PURCHASE_CREATED'] as const)(
  '%s told again, or another one of its payment, may fail where the first had its effect',
  (type) => {
    const after = (eventId?: string) =>
      trialOf({}, (b) => void b.deadLetter(b.emit(type, 'ada', { by: 'scenario', ...(eventId && { eventId }) })));
    expect(judge(invariant, after())).toBe('holds');
    expect(judge(invariant, after('another'))).toBe('holds');
    const once = (b: Build): void => {
      const first = b.history().pipelineEvents.find((event) => event.type === type);
      if (first !== undefined) b.deadLetter(first.record);
    };
    expect(judge(invariant, trialOf({}, once))).toMatch(/^violated: .* by an attempt that had succeeded/);
  },
);
