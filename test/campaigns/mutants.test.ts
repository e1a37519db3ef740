/**
 * Each wrong design is found by the scenario that is made for it: by the right rule, with the right cause, and as its own doing.
 * The slow ones too with FAULTLINE_NIGHTLY=1: npm run nightly.
 */
import { describe, test } from 'vitest';
import { MUTANTS } from '../../fixtures/mutants/catalogue.ts';
import type { Found } from '../../fixtures/mutants/catalogue.ts';
import type { JsonScenario } from '../../harness/reporters/json-document.ts';
import { useFixtures } from '../support/fixture-runs.ts';
import { rowOf, violatedIn } from '../support/run-output.ts';

/** Workers that findings name. */
const blamedIn = ({ invariants }: JsonScenario): readonly string[] => [
  ...new Set(invariants.flatMap(({ findings }) => findings.flatMap(({ worker }) => worker ?? []))),
];

const violationsIn = ({ invariants }: JsonScenario) =>
  invariants.flatMap(({ verdict, findings }) => (verdict === 'violated' ? findings : []));

/** Invariants that tell of something without an accusation. */
const notedIn = ({ invariants }: JsonScenario): readonly string[] =>
  invariants.flatMap(({ id, notes = [] }) => (notes.length > 0 ? [id] : []));

const fixtures = useFixtures();

describe.concurrent('mutants', () => {
  const mutants = MUTANTS.filter(({ nightly }) => nightly !== true || process.env['FAULTLINE_NIGHTLY'] === '1');
  test.for(mutants)('$name is found', { timeout: 900_000 }, async (mutant, { expect }) => {
    const { rows, said } = await fixtures.play(
      mutant,
      mutant.found.map(({ scenario }) => scenario),
    );
    for (const found of mutant.found) {
      const {
        scenario,
        invariants,
        outcome = 'failed',
        noted,
        causes,
        worker,
        accuses,
        shapes,
        subjects,
      }: Found = found;
      const row = rowOf({ scenarios: rows }, scenario);
      expect(row.verdict, `${scenario}\n${said}`).toBe(outcome);
      expect(violatedIn(row), said).toEqual(expect.arrayContaining([...invariants]));
      if (noted !== undefined) expect(notedIn(row), said).toContain(noted);
      if (outcome === 'passed') expect(violatedIn(row), said).toEqual([]);
      if (causes !== undefined)
        expect(
          row.during.causes.map(({ id }) => id),
          said,
        ).toEqual(causes);
      if (shapes !== undefined)
        expect(
          violationsIn(row).map(({ shape }) => shape),
          said,
        ).toEqual(expect.arrayContaining([...shapes]));
      if (subjects !== undefined)
        expect(new Set(violationsIn(row).flatMap(({ subject }) => subject ?? [])), said).toEqual(new Set(subjects));
      if (accuses === 'nobody') expect(blamedIn(row), said).toEqual([]);
      if (worker !== undefined)
        expect(
          blamedIn(row).filter((blamed) => blamed !== worker),
          said,
        ).toEqual([]);
    }
  });
});
