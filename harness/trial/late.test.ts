import { expect, test, vi } from 'vitest';
import type { HistoryEvent } from '../history/events.ts';
import type { TrialOutcome } from '../history/verdict.ts';
import { createLateSink } from './late.ts';
import type { TrialResult } from '../verdict/result.ts';

const EVENT: HistoryEvent = { seq: 9, at: 9, kind: 'trial.phase', source: 'trial', phase: 'act' };

const isWork = (event: HistoryEvent): boolean => event.kind !== 'process.log';

const setUp = (outcome: TrialOutcome, settled: boolean) => {
  const result = { name: 'test', verdict: { outcome, unknown: [] } } as unknown as TrialResult;
  const revised: TrialResult[] = [];
  const folder = {
    appendLate: vi.fn<(event: HistoryEvent) => void>(),
    writeJson: vi.fn<(name: string, value: unknown) => void>(),
  };
  const late = createLateSink({ result, settled, folder, isWork, onRevised: (one) => void revised.push(one) });
  return { late, folder, revised, result };
};

test.each(['passed', 'failed'] as const)(
  'the first late event turns the verdict of a settled trial (%s) into unknown',
  (outcome) => {
    const { late, folder, revised, result } = setUp(outcome, true);
    late(EVENT);
    late(EVENT);
    expect(revised).toEqual([
      {
        ...result,
        verdict: { outcome: 'unknown', unknown: ['judged too early: trial.phase arrived after the verdict'] },
      },
    ]);
    expect(folder.writeJson.mock.calls).toEqual([['verdict.json', revised[0]]]);
    expect(folder.appendLate).toHaveBeenCalledTimes(2);
  },
);

test('what shows nobody at work, such as a line that names a payment, is kept and changes nothing', () => {
  const { late, folder, revised } = setUp('passed', true);
  late({ seq: 9, at: 9, kind: 'process.log', source: 'process', worker: 'w', pid: 1, stream: 'stdout', line: 'x' });
  expect([revised, folder.appendLate.mock.calls.length]).toEqual([[], 1]);
  late(EVENT);
  expect(revised).toHaveLength(1);
});

test.each([
  ['failed', false],
  ['unknown', true],
] as const)('a verdict (%s, settled: %j) that waits for nothing more stays; the event is kept', (outcome, settled) => {
  const { late, folder, revised } = setUp(outcome, settled);
  late(EVENT);
  expect(revised).toEqual([]);
  expect(folder.writeJson).not.toHaveBeenCalled();
  expect(folder.appendLate.mock.calls).toEqual([[EVENT]]);
});

test('a folder that is gone keeps nobody from hearing of it', () => {
  const { late, folder, revised } = setUp('passed', true);
  folder.writeJson.mockImplementation(() => {
    throw new Error('gone');
  });
  late(EVENT);
  expect(revised).toHaveLength(1);
});
