/** A trial and its further attempts, as vitest's reporters show them. Pure. */
import type { TrialResult } from '../verdict/result.ts';
import { findingsOfTrial } from '../verdict/findings.ts';
import { isOfOverload } from '../verdict/unknowns.ts';
import type { TrialMeta, TrialReply } from './channel.ts';

/** Attempts at one trial: an unknown one is run once more, with the same seed. */
const MOST_ATTEMPTS = 2;

/** Where every one so far was unknown because the machine was overloaded: that says nothing of the workers. */
const MOST_ATTEMPTS_IF_OVERLOADED = 3;

/** Is a trial with these attempts, oldest first, run once more? What has passed or failed never is. */
export const isToBeRunAgain = (attempts: readonly Pick<TrialResult, 'verdict'>[]): boolean => {
  if (attempts.at(-1)?.verdict.outcome !== 'unknown') return false;
  const wasOverloaded = attempts.every(({ verdict }) => isOfOverload(verdict));
  return attempts.length < (wasOverloaded ? MOST_ATTEMPTS_IF_OVERLOADED : MOST_ATTEMPTS);
};

/** The result with the attempts before it; the same result when there were none. */
export const withEarlier = (result: TrialResult, earlier: readonly TrialResult[]): TrialResult =>
  earlier.length === 0 ? result : { ...result, earlier };

/** Every attempt, oldest first. */
export const attemptsOf = (result: TrialResult): readonly TrialResult[] => [...(result.earlier ?? []), result];

/** What a task's `meta.faultline` says of a result. */
const metaOf = (result: TrialResult): TrialMeta => ({
  verdict: result.verdict.outcome,
  seed: result.seed,
  workers: result.workers,
  runDir: result.runDir,
  causes: result.verdict.during.causes.map((cause) => cause.id),
  violated: result.verdict.invariants.flatMap((invariant) => (invariant.verdict === 'violated' ? [invariant.id] : [])),
  findings: findingsOfTrial(result.verdict).map(({ id }) => id),
  unknown: result.verdict.unknown,
  ...(result.earlier === undefined
    ? {}
    : { attempts: attemptsOf(result).map(({ verdict, runDir }) => ({ verdict: verdict.outcome, runDir })) }),
});

/** A line for every attempt, when there was more than one; else empty. */
export const attemptsText = (result: TrialResult): string =>
  result.earlier === undefined
    ? ''
    : attemptsOf(result)
        .map(({ verdict, runDir }, i) => {
          const why = verdict.outcome === 'unknown' ? ` (${verdict.unknown.join('; ')})` : '';
          return `attempt ${i + 1} of the same seed: ${verdict.outcome}${why}; everything recorded: ${runDir}`;
        })
        .join('\n');

/** The answer to the runner's thread. `message`: what to throw; empty when passed. `excuse`: why it is nothing new. */
export const judgedReply = (result: TrialResult, message: string, excuse?: string): TrialReply => {
  const note = attemptsText(result);
  return {
    kind: 'judged',
    meta: metaOf(result),
    message,
    ...(excuse === undefined ? {} : { excuse }),
    ...(note === '' ? {} : { note }),
  };
};
