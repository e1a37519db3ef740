/** What a source lost may leave a cause unproven, and brings no other one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BARRIER_SOURCES } from '../history/completeness.ts';
import type { History } from '../history/history.ts';
import { cutTail, sizesOf, without } from '../history/testing/cut.ts';
import { cuts, lost } from '../history/testing/cuts.ts';
import { brokenPlans, perform, rightPlans } from '../history/testing/generate.ts';
import { runs } from '../base/testing/runs.ts';
import { STORED, storedHistory } from '../history/testing/stored.ts';
import type { Cause } from '../history/verdict.ts';
import { diagnose } from './diagnose.ts';
import { seeing, sights } from './testing.ts';

/** What is told of several payments names none of them. */
const isSame = (a: Cause, b: Cause): boolean =>
  a.id === b.id &&
  (a.subject === undefined || b.subject === undefined || a.subject === b.subject) &&
  a.consequenceOf === b.consequenceOf &&
  a.writer === b.writer &&
  (a.undecided === true) === (b.undecided === true);

/** Causes that the cut history has and the whole one has not. */
const invented = (whole: readonly Cause[], cut: History): readonly string[] =>
  diagnose(cut).flatMap((cause) =>
    whole.some((each) => isSame(each, cause)) ? [] : [`${cause.id} of ${cause.subject}: ${cause.message}`],
  );

/** The history as it was when causes were read. */
const observed = (history: History): History => {
  const at = history.of('trial.observed').at(-1);
  return at === undefined ? history : history.upTo(at.upTo);
};

test.each(STORED)('%s: a lost tail invents no cause', (name) => {
  const history = observed(storedHistory(name));
  const whole = diagnose(history);
  const sizes = sizesOf(history);
  const wrong = BARRIER_SOURCES.flatMap((source) =>
    Array.from({ length: sizes[source] }, (_, kept) =>
      invented(whole, cutTail(history, source, kept)).map((what) => `${source} cut to ${kept}: ${what}`),
    ).flat(),
  );
  expect(wrong).toEqual([]);
});

/** Read once: opening a history anew forgets what is known of it. */
const stored = STORED.map((name) => observed(storedHistory(name)));

test('stored histories from which anything else is missing too: a lost tail invents no cause', () =>
  fc.assert(
    fc.property(fc.constantFrom(...stored), fc.array(fc.nat(), { maxLength: 6 }), cuts, (of, gone, cut) => {
      const history = without(of, gone);
      expect(invented(diagnose(history), lost(history, cut))).toEqual([]);
    }),
    runs(300),
  ));

test('generated courses, stopped anywhere: a lost tail invents no cause', () =>
  fc.assert(
    fc.property(fc.oneof(rightPlans(), brokenPlans()), fc.nat(40), sights(), cuts, (plan, steps, seen, cut) => {
      const history = seeing(perform(plan, { steps }), seen);
      expect(invented(diagnose(history), lost(history, cut))).toEqual([]);
    }),
    runs(500),
  ));
