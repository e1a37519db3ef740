/** docs/diagnosis-measured.md says what was measured: the bench writes it, `npx vitest run test/docs -u` after its words were changed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAsDemanded, totalsOf } from '../../bench/diagnosis/measured.ts';
import type { Measured } from '../../bench/diagnosis/measured.ts';
import { MEASURED_FILE, MEASURED_PAGE, measuredPage } from '../../bench/diagnosis/page.ts';
import { CODES } from '../../bench/diagnosis/types.ts';
import { WAYS } from '../../bench/diagnosis/ways/catalogue.ts';
import { packageRoot } from '../../harness/base/package-root.ts';

const measured = JSON.parse(readFileSync(join(packageRoot, MEASURED_FILE), 'utf8')) as Measured;

test('docs/diagnosis-measured.md is what was measured', async () => {
  await expect(measuredPage(measured, WAYS)).toMatchFileSnapshot(join(packageRoot, MEASURED_PAGE));
});

test('all of the bench was measured, in as many cases as are demanded, and nothing was missed', () => {
  expect(measured.rows.map(({ of, way, cases }) => ({ of, way, cases }))).toEqual(
    WAYS.map(({ of, name }) => ({ of, way: name, cases: measured.seeds })),
  );
  const totals = totalsOf(measured.rows);
  expect(totals.cases).toBeGreaterThanOrEqual(400);
  expect(isAsDemanded(totals)).toBe(true);
});

test('what a run did not count is said to be not counted, and what it did stands there', () => {
  const rows = measured.rows.map(({ of, way, cases, exact, grounded, toGround, falselyAccused }) => ({
    ...{ of, way, cases, exact, grounded, toGround, falselyAccused },
  }));
  const { on, seeds } = measured;
  const before = measuredPage({ on, seeds, rows }, WAYS);
  for (const text of ['a bench that held less', 'was not counted in this run', 'nobody asked of payments'])
    expect(before).toContain(text);
  const now = measuredPage(
    {
      on,
      seeds,
      commit: 'c0ffee',
      rows: rows.map((row) => ({ ...row, alone: 1, first: 1, besides: 1, besidesRight: 1 })),
    },
    WAYS,
  );
  for (const text of [
    'of commit c0ffee',
    `alone in the first rank in ${rows.length}`,
    `said\nof ${rows.length} that nothing is wrong`,
  ])
    expect(now).toContain(text);
});

test('each cause is brought about in at least three ways', () => {
  for (const code of Object.keys(CODES)) expect(WAYS.filter(({ of }) => of === code).length, code).toBeGreaterThan(2);
});

test('ways have names of their own: ids are drawn from them', () =>
  expect(new Set(WAYS.map(({ name }) => name)).size).toBe(WAYS.length));
