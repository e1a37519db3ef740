/** Part of trial.test.ts: what a slot keeps from one trial for the next, and what it makes anew. */
import { expect, it } from 'vitest';
import { scenario as eventNeverEmitted } from '../../scenarios/event-never-emitted.ts';
import { scenario as healthy } from '../../scenarios/healthy.ts';
import { scenario as topicMissing } from '../../scenarios/topic-missing.ts';
import { scenario as workerDown } from '../../scenarios/worker-down.ts';
import { beganEmpty, outcomesOf, pidsOf } from '../support/trial-bench.ts';
import type { TrialBench } from '../support/trial-bench.ts';

export const testSlot = ({ now, run }: TrialBench): void => {
  it('with the same workers, as long as nothing touched them', async () => {
    const ran = [await run(healthy), await run(healthy), await run(healthy)] as const;
    expect(outcomesOf(ran)).toEqual(['passed', 'passed', 'passed']);
    const [first, second, third] = ran;
    expect(first.of('process.started')).toHaveLength(2);
    expect(Object.values(pidsOf(first)).every((pids) => pids.length === 1)).toBe(true);
    for (const later of [second, third]) {
      expect(later.of('process.started')).toEqual([]);
      expect(pidsOf(later)).toEqual(pidsOf(first));
      expect(beganEmpty(later)).toBe(false);
    }
  });

  it('with workers restarted after a fault that struck a process', async () => {
    const struck = await run(workerDown);
    const next = await run(healthy);
    const after = await run(healthy);
    expect(outcomesOf([struck, next, after])).toEqual(['passed', 'passed', 'passed']);
    expect(
      next
        .of('process.started')
        .map(({ worker }) => worker)
        .sort(),
    ).toEqual(['allocation-worker', 'purchase-worker']);
    expect(beganEmpty(next)).toBe(false);
    expect(after.of('process.started')).toEqual([]);
    const pids = pidsOf(next);
    for (const [worker, was] of Object.entries(pidsOf(struck)))
      expect(pids[worker]?.some((pid) => was.includes(pid))).toBe(false);
    // The dead left their groups: nobody waited for their sessions to end.
    expect(next.result.timings.prepareMs).toBeLessThan(20_000);
  });

  it('with topics made anew after a fault that struck one', async () => {
    const struck = await run(topicMissing);
    const next = await run(healthy);
    expect(outcomesOf([struck, next])).toEqual(['passed', 'passed']);
    expect(beganEmpty(next)).toBe(true);
    expect(next.of('kafka.topic-created').length).toBeGreaterThan(0);
    expect(next.of('offsets.committed').some(({ by }) => by === 'harness')).toBe(true);
  });

  it('also for the same ids again, whether the scenario or the seed fixes them', async () => {
    const { host } = now();
    const ran = [await run(eventNeverEmitted), await run(eventNeverEmitted)];
    expect(outcomesOf(ran)).toEqual(['passed', 'passed']);
    expect(ran.map(beganEmpty)).toEqual([false, true]);
    const again = [await run(healthy, host, 4711), await run(healthy, host, 4711)];
    expect(outcomesOf(again)).toEqual(['passed', 'passed']);
    expect(again.map(beganEmpty)).toEqual([false, true]);
  });
};
