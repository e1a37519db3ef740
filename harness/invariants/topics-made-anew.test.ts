import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { History } from '../history/history.ts';
import { atOneMoment, brokenPlans, perform, rearranged, rightPlans } from '../history/testing/generate.ts';
import type { Plan } from '../history/testing/generate.ts';
import { checkInvariants } from './check-all.ts';

const verdicts = (history: History): readonly string[] =>
  checkInvariants(history).flatMap(({ id, verdict, findings }) =>
    verdict === 'holds' ? [] : [`${id} ${verdict}`, ...findings.map(({ subject }) => `${id} of ${subject}`)].sort(),
  );

const causes = (history: History): readonly string[] => diagnose(history).map(({ id, rank }) => `${id} ${rank}`);

/** When, and which topics, are deleted and made anew while the plan is done. */
const recreations = fc.array(
  fc.record({
    before: fc.nat(24),
    topic: fc.constantFrom('purchase-created', 'purchase-confirmed', 'trainer-allocated', 'dead-letter-queue'),
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
      { numRuns: 150 },
    ),
);

test('where topics are made anew the order of arrival changes no cause', () =>
  fc.assert(
    fc.property(plans(), recreations, choices, fc.nat(30), (plan, recreated, order, steps) => {
      const history = perform(plan, { recreated, steps });
      expect(causes(rearranged(history, order))).toEqual(causes(atOneMoment(history.events)));
    }),
    { numRuns: 150 },
  ));
