/** What a verdict says, apart from when and where: for holding two runs against each other. */
import type { JsonScenario } from '../../harness/reporters/json-document.ts';
import { readVerdict, violatedIn } from './run-output.ts';

/**
 * Causes count only where the scenario expects some; elsewhere they are shown as they were at an arbitrary moment. So are
 * consequences: whether a worker has died of its missing topic yet, when causes are looked for, is chance.
 */
export const conclusionOf = (row: JsonScenario): unknown => ({
  name: row.name,
  verdict: row.verdict,
  causes:
    readVerdict(row.runDir).verdict.during.expectation.expected === null
      ? 'any'
      : row.during.causes.flatMap(({ id, rank, consequenceOf, undecided }) =>
          consequenceOf === undefined ? [{ id, rank, undecided }] : [],
        ),
  violated: violatedIn(row),
});
