/** Results of a run as a comment needs them: the document of `--json`, of `merge --json`, or of a folder of runs. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { FaultlineError } from '../base/errors.ts';
import { formatProblem, problemsOf } from '../base/problems.ts';
import { JSON_VERSION } from '../reporters/json-document.ts';
import type { CommentRun } from '../reporters/comment.ts';
import { lastRunFile } from '../reporters/json-file.ts';

const shape = z
  .object({
    version: z.literal(JSON_VERSION),
    workers: z.string(),
    scenarios: z.array(
      z
        .object({
          name: z.string(),
          verdict: z.enum(['passed', 'failed', 'unknown']),
          findings: z.array(z.string()),
          during: z.object({ causes: z.array(z.object({ id: z.string(), rank: z.number() }).loose()) }),
        })
        .loose(),
    ),
    findings: z.array(
      z
        .object({
          id: z.string(),
          message: z.string(),
          state: z.enum(['new', 'expired', 'known']),
          scenarios: z.array(z.string()),
          first: z.object({ scenario: z.string(), replay: z.string() }).loose(),
        })
        .loose(),
    ),
  })
  .loose();

const HINT = 'Name the file that `run --json FILE` or `merge --json FILE` wrote, or a folder of runs.';

const wrong = (what: string): FaultlineError => new FaultlineError('usage', what, HINT);

/** Errors: FaultlineError 'usage'. */
export const readCommentRun = (cwd: string, path: string): CommentRun => {
  const given = resolve(cwd, path);
  if (!existsSync(given)) throw wrong(`there are no results at ${given}`);
  const file = statSync(given).isDirectory() ? lastRunFile(given) : given;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(
      `cannot read the results ${file}: ${error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message}`,
    );
  }
  const [problem] = problemsOf(shape, value);
  if (problem !== undefined)
    throw wrong(`${file} does not hold the results of a run: ${formatProblem(problem, value)}`);
  return shape.parse(value);
};
