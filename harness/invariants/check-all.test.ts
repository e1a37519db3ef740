import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { History } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import { flow, healthyHistory } from '../history/testing/flow.ts';
import { atOneMoment, brokenPlans, perform, rearranged, rightPlans } from '../history/testing/generate.ts';
import { INVARIANT_IDS } from '../history/verdict.ts';
import { INVARIANTS } from './catalogue.ts';
import { checkInvariant, checkInvariants } from './check-all.ts';

/** The verdicts that are not `holds`, with what they say of whom. */
const faults = (history: History): readonly string[] =>
  checkInvariants(history).flatMap(({ id, verdict, findings }) =>
    verdict === 'holds' ? [] : [`${id} ${verdict}`, ...findings.map(({ subject }) => `${id} of ${subject}`)],
  );

test('the catalogue has every invariant, in the order they are reported', () =>
  expect(INVARIANTS.map(({ id }) => id)).toEqual(INVARIANT_IDS));

test('violated beats unknown beats holds', () => {
  const repeat = (n: number) => Array.from({ length: n }, () => ({ message: 'x', evidence: [] }));
  const verdict = (violations: number, undecided: number) =>
    checkInvariant(
      {
        id: 'groups-drain',
        title: '',
        check: () => ({ violations: repeat(violations), undecided: repeat(undecided) }),
      },
      healthyHistory(),
    ).verdict;
  expect([verdict(1, 1), verdict(0, 1), verdict(0, 0)]).toEqual(['violated', 'unknown', 'holds']);
});

test('a healthy trial holds all sixteen; without a barrier nothing is known', () => {
  expect(faults(healthyHistory())).toEqual([]);
  expect(checkInvariants(flow(build()).history()).map(({ verdict }) => verdict)).toEqual(Array(16).fill('unknown'));
});

test('a right course never violates anything', () =>
  fc.assert(
    fc.property(rightPlans(), (plan) => {
      expect(faults(perform(plan))).toEqual([]);
    }),
  ));

test('the order of arrival changes no verdict', () =>
  fc.assert(
    fc.property(fc.oneof(rightPlans(), brokenPlans()), fc.array(fc.nat(), { maxLength: 120 }), (plan, choices) => {
      const history = perform(plan);
      expect([...faults(rearranged(history, choices))].sort()).toEqual([...faults(atOneMoment(history.events))].sort());
    }),
  ));

test('what belongs to other ids changes no verdict', () =>
  fc.assert(
    fc.property(fc.oneof(rightPlans(), brokenPlans()), (plan) => {
      const [without, among] = [perform(plan), perform(plan, { foreign: true })];
      expect(faults(atOneMoment(among.events))).toEqual(faults(atOneMoment(without.events)));
    }),
  ));
