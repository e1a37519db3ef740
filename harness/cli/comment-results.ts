/** Results of a run as a comment needs them: the document of `--json`, of `merge --json`, or of a folder of runs. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { JSON_VERSION } from '../reporters/json-document.ts';
import type { CommentRun } from '../reporters/comment.ts';
import { lastRunFile } from '../reporters/json-file.ts';
import { isReplayCommand } from './replay-command.ts';
import { readResultsDocument, wrongResults } from '../run/results-document.ts';

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

/** Errors: FaultlineError 'usage'. */
export const readCommentRun = (cwd: string, path: string): CommentRun => {
  const given = resolve(cwd, path);
  if (!existsSync(given)) throw wrongResults(`there are no results at ${given}`);
  const run = readResultsDocument(statSync(given).isDirectory() ? lastRunFile(given) : given, shape);
  // Whoever reads the comment pastes it into a shell: what is no command of ours is left out.
  const findings = run.findings.map(({ first: { scenario, replay }, ...finding }) => ({
    ...finding,
    first: isReplayCommand(replay) ? { scenario, replay } : { scenario },
  }));
  return { ...run, findings };
};
