/** Part of trial.test.ts: a host beside the one that the other tests share. */
import { afterEach, expect, it } from 'vitest';
import type { TrialHost } from '../../harness/trial/types.ts';
import { descendantsOf } from '../support/processes.ts';
import { beganEmpty, outcomesOf, scenarioOf } from '../support/trial-bench.ts';
import type { Ran, TrialBench } from '../support/trial-bench.ts';

export const testOwnHost = ({ open, run }: TrialBench): void => {
  let own: TrialHost | undefined;
  afterEach(async () => {
    await own?.close();
    own = undefined;
  });

  it('fresh: everything is made anew for every trial; a broker that dies ends the trial at once', async () => {
    const brokers = () => descendantsOf(process.pid).filter(({ command }) => command.includes('kafka.Kafka'));
    const others = brokers().map(({ pid }) => pid);
    own = await open({ fresh: true });
    const once = scenarioOf('fresh-one', {});
    const ran = [await run(once, own), await run(once, own)] as const;
    expect(outcomesOf(ran)).toEqual(['passed', 'passed']);
    expect(ran.map(beganEmpty)).toEqual([true, true]);
    expect(ran.map(({ of }) => of('process.started').length)).toEqual([2, 2]);

    const forEver = run(scenarioOf('for-ever', { act: [{ do: 'wait', until: { deadLettered: {} } }] }), own);
    const broker = brokers().find(({ pid }) => !others.includes(pid));
    const began = performance.now();
    process.kill(broker?.pid ?? NaN, 'SIGKILL');
    const end = await forEver.catch((error: unknown) => error);
    expect(performance.now() - began).toBeLessThan(30_000);
    if (!(end instanceof Error)) expect((end as Ran).result.verdict.outcome).toBe('unknown');
    await expect(run(once, own)).rejects.toThrow(/kafka/i);
  });
};
