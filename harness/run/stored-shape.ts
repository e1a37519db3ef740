/** A trial's result as files of runs hold it, which may come from elsewhere: as far as anything here reads it. */
import { z } from 'zod';

/** As scenarios are named: in a command that is printed for a shell it is one word, and no option. */
export const scenarioName = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'it is no name of a scenario');
export const whole = z.number().int().nonnegative();
const outcome = z.enum(['passed', 'failed', 'unknown']);
const timings = z.object({
  prepareMs: z.number(),
  actMs: z.number(),
  settleMs: z.number(),
  judgeMs: z.number(),
  totalMs: z.number(),
});
const finding = z.object({ message: z.string(), evidence: z.array(z.number()) }).loose();
const cause = z
  .object({
    id: z.string(),
    rank: z.number(),
    message: z.string(),
    evidence: z.array(z.number()),
    checks: z.array(
      z.object({ question: z.string(), answer: z.string(), readFrom: z.string(), evidence: z.array(z.number()) }),
    ),
  })
  .loose();
export const attempt = z
  .object({
    name: scenarioName,
    title: z.string(),
    seed: whole,
    workers: z.string(),
    runDir: z.string(),
    timings,
    sealed: z.object({ events: whole, digests: z.array(z.string()) }).optional(),
    verdict: z
      .object({
        outcome,
        unknown: z.array(z.string()),
        during: z.object({
          causes: z.array(cause),
          expectation: z.object({ met: z.boolean(), message: z.string() }).loose(),
        }),
        after: z.array(z.object({ met: z.boolean(), message: z.string() })),
        invariants: z.array(
          z
            .object({
              id: z.string(),
              verdict: z.enum(['holds', 'violated', 'unknown']),
              findings: z.array(finding),
            })
            .loose(),
        ),
        faults: z.array(z.object({ kind: z.string(), fired: z.boolean() })),
      })
      .loose(),
  })
  .loose();
