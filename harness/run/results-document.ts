/** The document of a run as `run --json`, `merge --json` and every folder of runs have it, read as far as somebody needs it. */
import type { z } from 'zod';
import { FaultlineError } from '../base/errors.ts';
import { formatProblem, problemsOf } from '../base/problems.ts';
import type { Problem } from '../base/problems.ts';
import { readStoredFile } from '../base/read-own.ts';

/** What is wrong with a document, with the way out. */
export const wrongResults = (what: string): FaultlineError =>
  new FaultlineError(
    'usage',
    what,
    'Name the file that `run --json FILE` or `merge --json FILE` wrote, or a folder of runs: every run leaves last-run.json in it.',
  );

/** `explain` may say better what a problem comes of. Errors: FaultlineError 'usage'. */
export const readResultsDocument = <T extends z.ZodType>(
  file: string,
  shape: T,
  explain: (problem: Problem) => string | undefined = () => undefined,
): z.output<T> => {
  let value: unknown;
  try {
    value = JSON.parse(readStoredFile(file, 'document'));
  } catch (error) {
    throw wrongResults(
      `cannot read the results ${file}: ${error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message}`,
    );
  }
  const [problem] = problemsOf(shape, value);
  if (problem !== undefined)
    throw wrongResults(
      explain(problem) ?? `${file} does not hold the results of a run: ${formatProblem(problem, value)}`,
    );
  return shape.parse(value);
};
