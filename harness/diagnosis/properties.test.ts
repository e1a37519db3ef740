import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { History } from '../history/history.ts';
import { atOneMoment, brokenPlans, perform, rearranged, rightPlans } from '../history/testing/generate.ts';
import { runs } from '../base/testing/runs.ts';
import { diagnose } from './diagnose.ts';

const causes = (history: History): readonly string[] =>
  diagnose(history).map(({ id, rank, subject, consequenceOf, undecided }) =>
    [id, rank, subject, consequenceOf, undecided].join(' '),
  );

test('a right course has no cause in the end', () =>
  fc.assert(
    fc.property(rightPlans(), (plan) => {
      expect(causes(perform(plan))).toEqual([]);
    }),
    runs(100),
  ));

test('a course with nothing wrong has no cause at any point', () =>
  fc.assert(
    fc.property(rightPlans({ smooth: true }), fc.nat(40), (plan, steps) => {
      expect(causes(perform(plan, { steps }))).toEqual([]);
    }),
    runs(100),
  ));

test('the order of arrival changes no cause', () =>
  fc.assert(
    fc.property(
      fc.oneof(rightPlans(), brokenPlans()),
      fc.nat(40),
      fc.array(fc.nat(), { maxLength: 120 }),
      (plan, steps, choices) => {
        const history = perform(plan, { steps });
        expect(causes(rearranged(history, choices))).toEqual(causes(atOneMoment(history.events)));
      },
    ),
    runs(100),
  ));

test('what belongs to other ids changes no cause', () =>
  fc.assert(
    fc.property(fc.oneof(rightPlans(), brokenPlans()), fc.nat(40), (plan, steps) => {
      expect(causes(atOneMoment(perform(plan, { steps, foreign: true }).events))).toEqual(
        causes(atOneMoment(perform(plan, { steps }).events)),
      );
    }),
    runs(100),
  ));
