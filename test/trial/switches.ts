/** Part of trial.test.ts: what a scenario can switch off. */
import { expect, it } from 'vitest';
import type { Scenario as ShippedScenario } from '../../harness/index.ts';
import type { Scenario } from '../../harness/scenario/types.ts';
import { scenario as healthy } from '../../scenarios/healthy.ts';
import { beganEmpty, outcomesOf, scenarioOf, violatedIn } from '../support/trial-bench.ts';
import type { Ran, TrialBench } from '../support/trial-bench.ts';

export const testSwitches = ({ run }: TrialBench): void => {
  /** The worker comes only when its event is there. */
  const lateWorker = (worker: 'purchase-worker' | 'allocation-worker', over: Partial<ShippedScenario>): Scenario =>
    scenarioOf('late-worker', {
      faults: [{ kind: 'worker-stopped', worker }],
      observeUntil: { emitted: { event: worker === 'purchase-worker' ? 'PURCHASE_CONFIRMED' : 'PURCHASE_CREATED' } },
      ...over,
    });

  it('primeOffsets false: a worker that reads from the end loses what came before it, one that reads from the beginning does not', async () => {
    const primed = await run(lateWorker('allocation-worker', {}));
    const lost = await run(lateWorker('allocation-worker', { primeOffsets: false, settleDeadlineMs: 2_000 }));
    const kept = await run(lateWorker('purchase-worker', { primeOffsets: false }));
    expect(outcomesOf([primed, lost, kept])).toEqual(['passed', 'failed', 'passed']);
    expect(violatedIn(lost)).toContain('purchase-gets-allocation');
    for (const ran of [lost, kept]) {
      expect(beganEmpty(ran)).toBe(true);
      expect(ran.of('offsets.committed').filter(({ by }) => by === 'harness')).toEqual([]);
      expect(ran.of('kafka.positions')[0]?.committed).toEqual({
        'purchase-creation-workers': { 'purchase-confirmed': {} },
        'trainer-allocation-workers': { 'purchase-created': {} },
      });
    }
    // The workers that began without offsets are not the next trial's.
    const next = await run(healthy);
    expect([next.result.verdict.outcome, next.of('process.started').length]).toEqual(['passed', 2]);
  });

  it('removeDeadMembers false: a killed worker keeps its place, and the one after it gets none', async () => {
    const ran = await run(lateWorker('allocation-worker', { removeDeadMembers: false, settleDeadlineMs: 1_000 }));
    const removed = (from: Ran) =>
      from.of('offsets.member-removed').filter(({ group }) => group === 'trainer-allocation-workers');
    expect(removed(ran)).toEqual([]);
    const described = ran.of('offsets.group-described').findLast(({ group }) => group === 'trainer-allocation-workers');
    expect(described?.members).toHaveLength(1);
    expect(violatedIn(ran)).toContain('groups-drain');
    // It does not keep it for the next trial.
    const next = await run(healthy);
    expect(next.result.verdict.outcome).toBe('passed');
    expect(next.result.timings.prepareMs).toBeLessThan(20_000);
  });
};
