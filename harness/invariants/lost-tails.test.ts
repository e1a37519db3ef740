/** What a source lost may turn a verdict into unknown, and into nothing else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BARRIER_SOURCES } from '../history/completeness.ts';
import type { History } from '../history/history.ts';
import { cutTail, sizesOf, without } from '../history/testing/cut.ts';
import { cuts, lost } from '../history/testing/cuts.ts';
import { brokenPlans, perform, rightPlans } from '../history/testing/generate.ts';
import { runs } from '../base/testing/runs.ts';
import { STORED, storedHistory } from '../history/testing/stored.ts';
import type { InvariantResult } from '../history/verdict.ts';
import { checkInvariants } from './testing.ts';

const keysOf = ({ id, findings }: InvariantResult): readonly string[] =>
  findings.map(({ shape, worker, subject }) => `${id}: ${shape} by ${worker} of ${subject}`);

/** What the results say that those of the whole history do not. */
const otherwise = (whole: readonly InvariantResult[], cut: History): readonly string[] =>
  checkInvariants(cut).flatMap((result, i) => {
    const before = whole[i];
    if (before === undefined || result.verdict === 'unknown') return [];
    if (result.verdict !== before.verdict) return [`${result.id}: ${before.verdict} became ${result.verdict}`];
    return result.verdict === 'violated' ? keysOf(result).filter((key) => !keysOf(before).includes(key)) : [];
  });

/** How many of a source's last events are lost: every number up to 60, or as many of them as a minute allows. */
const LOST = Array.from({ length: 60 }, (_, i) => i + 1).filter(
  (gone) => process.env['FAULTLINE_NIGHTLY'] === '1' || gone <= 8 || gone % 4 === 0,
);

test.each(STORED)('%s: a lost tail accuses nobody else', (name) => {
  const history = storedHistory(name);
  const whole = checkInvariants(history);
  const sizes = sizesOf(history);
  const wrong = BARRIER_SOURCES.flatMap((source) => {
    return LOST.filter((gone) => gone <= sizes[source]).flatMap((gone) =>
      otherwise(whole, cutTail(history, source, sizes[source] - gone)).map(
        (what) => `${source} without its last ${gone}: ${what}`,
      ),
    );
  });
  expect(wrong).toEqual([]);
});

/** Read once: opening a history anew forgets what is known of it. */
const stored = STORED.map((name) => storedHistory(name));

test('stored histories from which anything else is missing too: a lost tail accuses nobody else', () =>
  fc.assert(
    fc.property(fc.constantFrom(...stored), fc.array(fc.nat(), { maxLength: 4 }), cuts, (of, gone, cut) => {
      const history = without(of, gone);
      expect(otherwise(checkInvariants(history), lost(history, cut))).toEqual([]);
    }),
    runs(200),
  ));

test('generated courses: a lost tail accuses nobody else', () =>
  fc.assert(
    fc.property(fc.oneof(rightPlans(), brokenPlans()), cuts, (plan, cut) => {
      const history = perform(plan);
      expect(otherwise(checkInvariants(history), lost(history, cut))).toEqual([]);
    }),
    runs(200),
  ));
