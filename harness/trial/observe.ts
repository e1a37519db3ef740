/** The observation: the moment at which causes are looked for, while the fault lasts (semantics: Moments). */
import { describe } from '../history/describe.ts';
import type { Scenario } from '../scenario/types.ts';
import { observationOf } from '../scenario/observation.ts';
import { observeDeadline } from './deadlines.ts';
import type { AwaitCondition } from './await-condition.ts';
import type { TrialLog } from './trial-log.ts';

export interface ObserveParts {
  readonly log: Pick<TrialLog, 'record' | 'lastSeq' | 'watch'>;
  readonly awaitCondition: AwaitCondition;
  /** No client and no timer of the workers' waits longer, ms; left out: as long as usual ones. */
  readonly longestTimerMs?: number | undefined;
  readonly slot: {
    /** Records what lives. */
    look(): Promise<void>;
    barrier(): Promise<boolean>;
  };
}

/** Waits for the scenario's condition and records where causes are read up to. */
export const observe = async (
  scenario: Pick<Scenario, 'observeUntil' | 'observeAt' | 'observeDeadlineMs'>,
  { log, slot, awaitCondition, longestTimerMs }: ObserveParts,
): Promise<void> => {
  const { pipeline } = log.watch.history();
  const { observeAt = 'barrier' } = scenario;
  const condition = observationOf(scenario, pipeline);
  const { watch } = log;
  const start = performance.now();
  const deadline = start + (scenario.observeDeadlineMs ?? observeDeadline(longestTimerMs));
  const left = (): number => deadline - performance.now();
  const observed = (met: boolean, upTo: number): void => {
    const waitedMs = Math.round(performance.now() - start);
    log.record({
      kind: 'trial.observed',
      source: 'trial',
      met,
      description: describe(pipeline, condition),
      waitedMs,
      upTo,
    });
  };
  for (;;) {
    const { met, seq, hopeless } = await awaitCondition(condition, left());
    if (observeAt === 'condition') return observed(met, seq);
    await slot.look();
    await slot.barrier();
    // What a barrier brings to light can show that the moment had not come yet.
    const holds = watch.holdsNow(condition);
    if (holds || hopeless || left() <= 0 || watch.isSpoiled()) return observed(holds, log.lastSeq());
  }
};
