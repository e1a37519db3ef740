/** Part of trial.test.ts: a worker that nobody ended ends. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Scenario as ShippedScenario } from '../../harness/index.ts';
import type { Scenario } from '../../harness/scenario/types.ts';
import { scenario as healthy } from '../../scenarios/healthy.ts';
import { eventually } from '../support/processes.ts';
import { eventsIn, runFoldersIn } from '../support/run-output.ts';
import { pidsOf, scenarioOf, violatedIn } from '../support/trial-bench.ts';
import type { Ran, TrialBench } from '../support/trial-bench.ts';

export const testExits = ({ now, run }: TrialBench): void => {
  /** A process that is killed from outside while the scenario waits for it: to the harness it exits by itself. */
  const killFromOutside = async (pid: number, during: Promise<Ran>): Promise<Ran> => {
    const waits = (): boolean => {
      const latest = runFoldersIn(join(now().out, 'runs')).findLast((dir) => dir.endsWith('-crash'));
      return latest !== undefined && eventsIn(latest).some((e) => e.kind === 'trial.phase' && e.phase === 'act');
    };
    expect(await eventually(waits, (is) => is, 30_000)).toBe(true);
    process.kill(pid, 'SIGKILL');
    return during;
  };

  const crash = (over: Partial<ShippedScenario>): Scenario =>
    scenarioOf('crash', {
      act: [
        { do: 'wait', until: { exited: { worker: 'allocation-worker' } } },
        { do: 'pay', subjects: ['ada'] },
      ],
      observeUntil: { emitted: { event: 'PURCHASE_CREATED' } },
      ...over,
    });
  const crashing = async (scenario: Scenario): Promise<Ran> => {
    const before = await run(healthy);
    const [pid = 0] = pidsOf(before)['allocation-worker'] ?? [];
    return killFromOutside(pid, run(scenario));
  };
  const startedAfterExit = ({ of }: Ran): number => {
    const exit = of('process.exited').find(({ requested }) => !requested);
    return of('process.started').filter(({ seq }) => seq > (exit?.seq ?? Infinity)).length;
  };

  it('is started again when healing, and its exit is no violation', async () => {
    const ran = await crashing(crash({}));
    expect(ran.result.verdict).toMatchObject({ outcome: 'passed', unknown: [] });
    expect(startedAfterExit(ran)).toBe(1);
  });

  it('stays down where the scenario says so, and is there again for the next trial', async () => {
    const ran = await crashing(crash({ restart: 'never', settleDeadlineMs: 1_000 }));
    expect(ran.result.verdict.outcome).toBe('failed');
    expect(violatedIn(ran)).toContain('groups-drain');
    expect(startedAfterExit(ran)).toBe(0);
    const next = await run(healthy);
    expect([next.result.verdict.outcome, next.of('process.started').length]).toEqual(['passed', 2]);
  });
};
