import { expect, test } from 'vitest';
import { healthyHistory } from '../history/testing/flow.ts';
import type { Cause, CauseId } from '../history/verdict.ts';
import type { DuringCase, ExpectedCause, Scenario } from '../scenario/types.ts';
import { checkExpectation, isUnmet, unlessUnjudged } from './expectation.ts';

const cause = (id: CauseId, over: Partial<Cause> = {}): Cause => ({
  id,
  rank: 1,
  message: '',
  checks: [],
  evidence: [],
  ...over,
});
const DEAD = cause('worker-not-running');
const MISSING = cause('topic-missing');
const DEAD_OF_IT = cause('worker-not-running', { consequenceOf: 'topic-missing' });

const check = (during: readonly DuringCase[] | undefined, causes: readonly Cause[], unjudged?: string) =>
  unlessUnjudged(
    checkExpectation({ ...(during === undefined ? {} : { during }) } as Scenario, healthyHistory(), causes),
    unjudged,
  );
const always = (...causes: readonly ExpectedCause[]): readonly DuringCase[] => [{ when: { always: true }, causes }];

test('without cases, and with any, causes are shown and not asserted', () => {
  expect(check(undefined, [DEAD])).toMatchObject({
    met: true,
    case: null,
    expected: null,
    actual: ['worker-not-running'],
  });
  expect(check([], [DEAD])).toMatchObject({ met: true, case: null });
  expect(check([{ when: { always: true }, causes: 'any' }], [DEAD])).toMatchObject({
    met: true,
    case: 0,
    expected: null,
  });
});

test('the first case that holds applies, and no other', () => {
  const never: DuringCase = { when: { not: { always: true } }, causes: 'any' };
  const otherwise: DuringCase = { when: { always: true }, causes: 'any' };
  const during = [never, ...always({ id: 'topic-missing' }), otherwise];
  expect(check(during, [MISSING])).toMatchObject({ met: true, case: 1, expected: ['topic-missing'] });
  expect(check(during, [DEAD])).toMatchObject({ met: false, case: 1 });
});

test('no case that holds is no expectation met', () => {
  expect(check([{ when: { not: { always: true } }, causes: 'any' }], [])).toEqual({
    met: false,
    case: null,
    expected: null,
    actual: [],
    message: 'none of the cases the scenario expects applies',
  });
});

test('an empty list requires that there is no cause', () => {
  expect(check(always(), [])).toMatchObject({ met: true, message: 'no cause, as expected' });
  expect(check(always(), [DEAD])).toMatchObject({
    met: false,
    message: 'the cause worker-not-running is not expected',
  });
});

test('causes are expected in their order', () => {
  const both = always({ id: 'topic-missing' }, { id: 'worker-not-running' });
  expect(check(both, [MISSING, DEAD]).met).toBe(true);
  expect(check(both, [DEAD, MISSING])).toMatchObject({
    met: false,
    message: 'expected the cause topic-missing, found worker-not-running',
  });
  expect(check(both, [MISSING])).toMatchObject({ met: false, message: 'the cause worker-not-running was not found' });
  expect(check(always({ id: 'topic-missing' }), [MISSING, DEAD])).toMatchObject({
    met: false,
    message: 'the cause worker-not-running is not expected',
  });
});

test.each<[string, readonly Cause[], boolean]>([
  ['is there', [MISSING, DEAD_OF_IT], true],
  ['is not there', [MISSING], true],
  ['is there for another reason', [MISSING, DEAD], false],
  ['is there alone', [DEAD_OF_IT], false],
])('an optional consequence that %s', (_, causes, met) => {
  const during = always(
    { id: 'topic-missing' },
    { id: 'worker-not-running', consequenceOf: 'topic-missing', optional: true },
  );
  expect(check(during, causes).met).toBe(met);
});

test('an optional cause may be left out before another one', () => {
  const during = always({ id: 'event-not-emitted', optional: true }, { id: 'topic-missing' });
  expect(check(during, [MISSING]).met).toBe(true);
  expect(check(during, []).met).toBe(false);
});

test('the writer of the guard row must be the expected one', () => {
  const during = always({ id: 'guard-marked-without-allocation', writer: 'payment-service' });
  const written = (writer: string | null) => cause('guard-marked-without-allocation', { writer });
  expect(check(during, [written('payment-service')]).met).toBe(true);
  expect(check(during, [written(null)])).toMatchObject({
    met: false,
    message:
      'expected the cause guard-marked-without-allocation, written by payment-service, found guard-marked-without-allocation, written by a worker',
  });
});

test('one expected cause is met by all of its id and rank that tell of different payments, and by no other', () => {
  const of = (subject: string, over: Partial<Cause> = {}) => cause('api-failing', { subject, ...over });
  const during = always({ id: 'api-failing' });
  expect(check(during, [of('ada'), of('ben'), of('cem')]).met).toBe(true);
  expect(check(during, [of('ada'), of('ben', { rank: 2 })]).met).toBe(false);
  expect(check(during, [of('ada'), of('ben', { undecided: true })]).met).toBe(false);
  expect(check(during, [of('ada'), DEAD]).met).toBe(false);
  expect(check(during, []).met).toBe(false);
  const written = (writer: string | null) => cause('guard-marked-without-allocation', { writer });
  const guard = always({ id: 'guard-marked-without-allocation', writer: 'payment-service' });
  expect(check(guard, [written('payment-service'), written(null)]).met).toBe(false);
});

test('what rests on a situation that did not come about is not judged', () => {
  const because = 'the fault worker-paused did not fire';
  const result = check(always({ id: 'topic-missing' }), [DEAD], because);
  expect(result).toMatchObject({ unjudged: true, message: `not judged: ${because}` });
  expect(isUnmet(result)).toBe(false);
  expect(isUnmet(check(always({ id: 'topic-missing' }), [DEAD]))).toBe(true);
  expect(isUnmet(check(always(), []))).toBe(false);
  // Where no case applies something is asserted all the same; where causes are not, there is nothing to judge.
  expect(check([{ when: { not: { always: true } }, causes: [] }], [], because)).toMatchObject({ unjudged: true });
  expect(check(undefined, [DEAD], because)).not.toHaveProperty('unjudged');
});
