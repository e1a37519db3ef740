import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { History } from '../history/history.ts';
import { atOneMoment, brokenPlans, perform, rearranged, rightPlans } from '../history/testing/generate.ts';
import type { Plan } from '../history/testing/generate.ts';
import { runs } from '../base/testing/runs.ts';
import { checkInvariants } from './testing.ts';

const verdicts = (history: History): readonly string[] =>
  checkInvariants(history).flatMap(({ id, verdict, findings }) =>
    verdict === 'holds' ? [] : [`${id} ${verdict}`, ...findings.map(({ subject }) => `${id} of ${subject}`)].sort(),
  );

const accusations = (history: History): readonly string[] =>
  checkInvariants(history).flatMap(({ id, verdict, findings }) =>
    verdict === 'violated' ? findings.map(({ subject }) => `${id} of ${subject}`) : [],
  );

const causes = (history: History): readonly string[] => diagnose(history).map(({ id, rank }) => `${id} ${rank}`);

/** When, and which topics, are deleted and made anew while the plan is done. */
const recreations = fc.array(
  fc.record({
    before: fc.nat(24),
    topic: fc.constantFrom('purchase-created', 'purchase-confirmed', 'trainer-allocated', 'dead-letter-queue'),
    tombstones: fc.boolean(),
    barriers: fc.boolean(),
  }),
  { minLength: 1, maxLength: 2 },
);
const plans = (): fc.Arbitrary<Plan> => fc.oneof(rightPlans(), brokenPlans());
const choices = fc.array(fc.nat(), { maxLength: 160 });

test.each([true, false])(
  'where topics are made anew the order of arrival changes no verdict (lives recorded: %s)',
  (lives) =>
    fc.assert(
      fc.property(plans(), recreations, choices, (plan, recreated, order) => {
        const history = perform(plan, { recreated, lives });
        expect(verdicts(rearranged(history, order))).toEqual(verdicts(atOneMoment(history.events)));
      }),
      runs(100),
    ),
);

test('a commit that may be of either life is past no record, whichever arrived first', () => {
  const history = perform(
    { courses: [{ without: ['purchase'] }, {}], schedule: [] },
    {
      recreated: [
        { before: 1, topic: 'purchase-confirmed' },
        { before: 0, topic: 'purchase-created' },
      ],
      lives: false,
    },
  );
  const first = rearranged(history, [0, 0]);
  const at = (kind: string): number =>
    first.events.findIndex((event) => event.kind === kind && 'topic' in event && event.topic === 'purchase-confirmed');
  expect(at('offsets.committed')).toBeLessThan(at('kafka.topic-deleted'));
  expect(accusations(first)).not.toContain('no-event-lost of ada');
  expect(verdicts(first)).toEqual(verdicts(atOneMoment(history.events)));
});

test('nobody is accused where lives were not recorded who is not where they were', () =>
  fc.assert(
    fc.property(plans(), recreations, choices, (plan, recreated, order) => {
      const [known, unknown] = [true, false].map((lives) => perform(plan, { recreated, lives }));
      const right = accusations(known!);
      expect(accusations(rearranged(unknown!, order)).filter((each) => !right.includes(each))).toEqual([]);
    }),
    runs(100),
  ));

test('where topics are made anew the order of arrival changes no cause', () =>
  fc.assert(
    fc.property(plans(), recreations, choices, fc.nat(30), (plan, recreated, order, steps) => {
      const history = perform(plan, { recreated, steps });
      expect(causes(rearranged(history, order))).toEqual(causes(atOneMoment(history.events)));
    }),
    runs(100),
  ));
