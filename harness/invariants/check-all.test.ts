import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BarrierSource } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import { flow, healthyHistory } from '../history/testing/flow.ts';
import { atOneMoment, brokenPlans, perform, rearranged, rightPlans } from '../history/testing/generate.ts';
import { runs } from '../base/testing/runs.ts';
import { INVARIANT_IDS } from '../history/verdict.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { invariantsOf } from './catalogue.ts';
import { checkInvariant, checkInvariants } from './testing.ts';
import type { Invariant } from './types.ts';

/** The verdicts that are not `holds`, with what they say of whom. */
const faults = (history: History): readonly string[] =>
  checkInvariants(history).flatMap(({ id, verdict, findings }) =>
    verdict === 'holds' ? [] : [`${id} ${verdict}`, ...findings.map(({ subject }) => `${id} of ${subject}`)],
  );

test('the catalogue has every invariant, in the order they are reported', () =>
  expect(invariantsOf(pipelineOf(shippedPipeline)).map(({ id }) => id)).toEqual(INVARIANT_IDS));

const rule = (
  restsOn: readonly (readonly BarrierSource[])[],
  { undecided = 0, needs = [] }: { readonly undecided?: number; readonly needs?: readonly BarrierSource[] } = {},
): Invariant => ({
  id: 'groups-drain',
  title: '',
  needs,
  check: () => ({
    violations: restsOn.map((sources, i) => ({ message: `claim ${i}`, evidence: [], shape: 'x', restsOn: sources })),
    undecided: Array.from({ length: undecided }, () => ({ message: 'undecided', evidence: [], shape: 'y' })),
  }),
});

/** A trial whose last barrier came back without these sources. */
const lacking = (...missing: readonly BarrierSource[]): History => {
  const b = flow(build());
  b.barrier(missing);
  b.settled();
  return b.history();
};

test('violated beats unknown beats holds', () => {
  const verdict = (...of: Parameters<typeof rule>) => checkInvariant(rule(...of), healthyHistory()).verdict;
  expect([verdict([[]], { undecided: 1 }), verdict([], { undecided: 1 }), verdict([])]).toEqual([
    'violated',
    'unknown',
    'holds',
  ]);
});

test('a claim that rests on a missing source accuses nobody and says what is missing; one that stands is violated alone', () => {
  const open = checkInvariant(rule([['postgres', 'offsets']]), lacking('offsets'));
  expect(open.verdict).toBe('unknown');
  expect(open.findings).toEqual([
    { message: expect.stringMatching(/^claim 0: .*the groups’ offsets may be incomplete/), evidence: [], shape: 'x' },
  ]);
  expect(checkInvariant(rule([['postgres']]), lacking('offsets')).verdict).toBe('violated');
  const both = checkInvariant(rule([['postgres'], []]), lacking('postgres'));
  expect([both.verdict, both.findings.map(({ message }) => message)]).toEqual(['violated', ['claim 1']]);
});

test('nothing is said to hold without a source that it needs', () => {
  const verdict = (...missing: readonly BarrierSource[]) =>
    checkInvariant(rule([], { needs: ['kafka', 'offsets'] }), lacking(...missing)).verdict;
  expect([verdict('kafka'), verdict('offsets'), verdict('postgres', 'admin-service')]).toEqual([
    'unknown',
    'unknown',
    'holds',
  ]);
});

test('a healthy trial holds all; without a barrier nothing is known', () => {
  expect(faults(healthyHistory())).toEqual([]);
  expect(checkInvariants(flow(build()).history()).map(({ verdict }) => verdict)).toEqual(
    INVARIANT_IDS.map(() => 'unknown'),
  );
});

test('a right course never violates anything', () =>
  fc.assert(
    fc.property(rightPlans(), (plan) => {
      expect(faults(perform(plan))).toEqual([]);
    }),
    runs(100),
  ));

test('the order of arrival changes no verdict', () =>
  fc.assert(
    fc.property(fc.oneof(rightPlans(), brokenPlans()), fc.array(fc.nat(), { maxLength: 120 }), (plan, choices) => {
      const history = perform(plan);
      expect([...faults(rearranged(history, choices))].sort()).toEqual([...faults(atOneMoment(history.events))].sort());
    }),
    runs(100),
  ));

test('what belongs to other ids changes no verdict', () =>
  fc.assert(
    fc.property(fc.oneof(rightPlans(), brokenPlans()), (plan) => {
      const [without, among] = [perform(plan), perform(plan, { foreign: true })];
      expect(faults(atOneMoment(among.events))).toEqual(faults(atOneMoment(without.events)));
    }),
    runs(100),
  ));
