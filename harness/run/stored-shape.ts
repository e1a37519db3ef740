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
const texts = z.array(z.string());
const evidence = z.array(z.number());
const finding = z
  .object({
    message: z.string(),
    evidence,
    worker: z.string().optional(),
    shape: z.string().optional(),
    subject: z.string().optional(),
  })
  .loose();
const contract = z
  .object({
    exercised: texts,
    providerStates: texts,
    unknownFields: texts,
    uncovered: texts,
    pinned: z.object({ hash: z.string(), interactions: texts, providerStates: texts }).optional(),
  })
  .loose();
const cause = z
  .object({
    id: z.string(),
    rank: z.number(),
    message: z.string(),
    evidence,
    consequenceOf: z.string().optional(),
    undecided: z.boolean().optional(),
    subject: z.string().optional(),
    writer: z.string().nullish(),
    checked: z.object({ subject: z.string(), stage: z.string(), role: z.string().optional() }).optional(),
    checks: z.array(z.object({ question: z.string(), answer: z.string(), readFrom: z.string(), evidence })),
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
    sealed: z
      .object({
        events: whole,
        digests: texts,
        documents: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
    verdict: z
      .object({
        outcome,
        unknown: texts,
        contract: contract.optional(),
        during: z.object({
          causes: z.array(cause),
          expectation: z
            .object({
              met: z.boolean(),
              message: z.string(),
              case: z.number().nullish(),
              expected: texts.nullish(),
              actual: texts.optional(),
              unjudged: z.literal(true).optional(),
            })
            .loose(),
        }),
        after: z.array(z.object({ met: z.boolean(), message: z.string(), unjudged: z.literal(true).optional() })),
        invariants: z.array(
          z
            .object({
              id: z.string(),
              verdict: z.enum(['holds', 'violated', 'unknown']),
              findings: z.array(finding),
              notes: z.array(finding).optional(),
            })
            .loose(),
        ),
        faults: z.array(z.object({ kind: z.string(), fired: z.boolean() })),
      })
      .loose(),
  })
  .loose();
