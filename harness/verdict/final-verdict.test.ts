import { shippedContract } from '../contract/testing/shipped.ts';
import { expect, test } from 'vitest';
import type { NewEvent } from '../history/events.ts';
import { defineScenario } from '../scenario/define.ts';
import { finalVerdict } from './final-verdict.ts';
import { createdRecord, logLine, openTestLog } from '../trial/testing/log.ts';

const scenario = defineScenario({
  name: 'test',
  title: 'A test.',
  tags: ['test'],
  given: { subjects: { ada: {} } },
  faults: [],
  act: [],
});

/** A trial that has settled with something amiss; while the database is looked at, this comes. */
const judged = async ({ settled = true, meanwhile = [] as readonly NewEvent[] }) => {
  const { record, ...log } = openTestLog();
  record(createdRecord());
  record({ kind: 'trial.settled', source: 'trial', settled, waitingFor: [], waitedMs: 1 });
  let looks = 0;
  const lookAround = async (): Promise<void> => {
    looks += 1;
    record({ kind: 'postgres.seen', source: 'postgres', notes: ['the table payments is gone'] });
    meanwhile.forEach(record);
  };
  const verdict = await finalVerdict({ scenario, contract: shippedContract, log, settled, lookAround });
  expect(looks).toBe(1);
  return verdict;
};
const TOO_EARLY = 'judged too early: kafka.record arrived after the verdict';

test('who goes on while it is looked around was judged too early', async () => {
  const { outcome, unknown } = await judged({ meanwhile: [createdRecord(1)] });
  expect([outcome, unknown.includes(TOO_EARLY)]).toEqual(['unknown', true]);
});

test('what shows nobody at work changes nothing, nor does anything where the trial had not settled', async () => {
  for (const options of [
    {},
    { meanwhile: [logLine('payment-ada')] },
    { settled: false, meanwhile: [createdRecord(1)] },
  ])
    expect((await judged(options)).unknown.join()).not.toContain('too early');
});
