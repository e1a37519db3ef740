/** docs/diagnosis-measured.md says what was measured: `npx vitest run test/docs -u` makes it anew. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAsDemanded, totalsOf } from '../../bench/diagnosis/measured.ts';
import { CODES } from '../../bench/diagnosis/types.ts';
import { WAYS } from '../../bench/diagnosis/ways/catalogue.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import { measuredPage, readMeasured } from './diagnosis-measured.ts';

const measured = readMeasured();

test('docs/diagnosis-measured.md is what was measured', async () => {
  await expect(measuredPage(measured, WAYS)).toMatchFileSnapshot(join(packageRoot, 'docs/diagnosis-measured.md'));
});

test('all of the bench was measured, in as many cases as are demanded, and nothing was missed', () => {
  expect(measured.rows.map(({ of, way, cases }) => ({ of, way, cases }))).toEqual(
    WAYS.map(({ of, name }) => ({ of, way: name, cases: measured.seeds })),
  );
  const totals = totalsOf(measured.rows);
  expect(totals.cases).toBeGreaterThanOrEqual(400);
  expect(isAsDemanded(totals)).toBe(true);
});

test('each cause is brought about in at least three ways', () => {
  for (const code of Object.keys(CODES)) expect(WAYS.filter(({ of }) => of === code).length, code).toBeGreaterThan(2);
});

test('ways have names of their own: ids are drawn from them', () =>
  expect(new Set(WAYS.map(({ name }) => name)).size).toBe(WAYS.length));
