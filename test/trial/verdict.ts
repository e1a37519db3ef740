/** Part of trial.test.ts: when a verdict is unknown, and when it becomes so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Partitioners } from 'kafkajs';
import { expect, it } from 'vitest';
import { scenario as healthy } from '../../scenarios/healthy.ts';
import { eventually } from '../support/processes.ts';
import { eventsIn, readVerdict } from '../support/run-output.ts';
import { beganEmpty, scenarioOf, violatedIn } from '../support/trial-bench.ts';
import type { TrialBench } from '../support/trial-bench.ts';

export const testVerdict = ({ run, revised, kafka }: TrialBench): void => {
  it('is unknown when the fault could not fire', async () => {
    const ran = await run(
      scenarioOf('never-fires', {
        given: { subjects: { ada: {}, ben: {} } },
        faults: [{ kind: 'api-behaviour', behaviour: 'fails', subject: 'ben' }],
        observeUntil: { decided: { worker: 'allocation-worker', subject: 'ada' } },
      }),
    );
    expect(ran.result.verdict).toMatchObject({
      outcome: 'unknown',
      unknown: ['the fault api-behaviour did not fire'],
      faults: [{ kind: 'api-behaviour', fired: false }],
    });
    expect(violatedIn(ran)).toEqual([]);
  });

  it('is unknown, and not an accusation, when a step waits in vain', async () => {
    const ran = await run(
      scenarioOf('waits-in-vain', {
        act: [
          { do: 'pay', subjects: ['ada'] },
          { do: 'wait', until: { deadLettered: {} }, deadlineMs: 300 },
          { do: 'publish-raw', topic: 'purchase-created', subject: 'ada', value: 'not reached' },
        ],
      }),
    );
    expect(ran.result.verdict.outcome).toBe('unknown');
    expect(ran.result.verdict.unknown.join()).toMatch(
      /waited \d+ ms in vain for a dead-letter record of every payment/,
    );
    expect(ran.of('kafka.produced')).toHaveLength(1);
  });

  it('becomes unknown when something about its ids comes afterwards, and the slot is made anew', async () => {
    const ran = await run(healthy);
    expect(ran.result.verdict.outcome).toBe('passed');
    const announced = ran.of('kafka.record').find(({ topic }) => topic === 'trainer-allocated');
    const producer = kafka().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({
      topic: 'trainer-allocated',
      messages: [{ key: announced?.key ?? null, value: announced?.value?.text ?? null }],
    });
    await producer.disconnect();
    const heard = await eventually(
      () => revised.find(({ runDir }) => runDir === ran.result.runDir),
      (one) => one !== undefined,
      10_000,
    );
    expect(heard?.verdict).toMatchObject({
      outcome: 'unknown',
      unknown: ['judged too early: kafka.record arrived after the verdict'],
    });
    expect(readVerdict(ran.result.runDir).verdict.outcome).toBe('unknown');
    expect(readFileSync(join(ran.result.runDir, 'late.ndjson'), 'utf8')).toContain('trainer-allocated');
    expect(eventsIn(ran.result.runDir)).toHaveLength(ran.events.length);
    const next = await run(healthy);
    expect([next.result.verdict.outcome, beganEmpty(next)]).toEqual(['passed', true]);
    expect(revised).toHaveLength(1);
  });
};
