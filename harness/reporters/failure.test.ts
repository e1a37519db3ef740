import { describe, expect, it } from 'vitest';
import { shippedPipeline } from '../pipeline/shipped.ts';
import type { HistoryEvent, NewEvent } from '../history/events.ts';
import type { TrialResult } from '../verdict/result.ts';
import { presentable } from '../base/presentable.ts';
import { formatFailure, summarizeFailure } from './failure.ts';

const ada = {
  name: 'ada',
  correlationId: '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
  studentId: '809556c1-e184-4b85-8fd6-a5f1c8014bf6',
  courseId: 'ebefde63-8a3a-4d45-a594-c04275a03092',
  mayDeadLetter: false,
};
const ben = { ...ada, name: 'ben', correlationId: '2fa90c93-ea40-4ba9-a7bf-4ed47e735b92', studentId: 'other' };

const record = (offset: number, subject: typeof ada): NewEvent<'kafka.record'> => ({
  kind: 'kafka.record',
  source: 'kafka',
  topic: 'purchase-created',
  partition: 1,
  offset,
  timestamp: 0,
  key: subject.correlationId,
  headers: {},
  value: { text: '{}' },
  json: { ...subject, _metadata: { correlationId: subject.correlationId } },
  correlationId: subject.correlationId,
});

const started: NewEvent<'trial.started'> = {
  kind: 'trial.started',
  pipeline: shippedPipeline,
  source: 'trial',
  scenario: 'guard-marked-early',
  seed: 42,
  subjects: [ada, ben],
  workers: [],
  workerSet: 'incident',
  quietMs: 0,
  clocks: { wall: 0, monotonic: 0 },
  sharedClock: true,
  versions: {},
  catalogue: { invariants: [], causes: [] },
};

const historyOf = (...events: readonly NewEvent[]): HistoryEvent[] =>
  [started, ...events].map((event, i): HistoryEvent => ({ seq: i + 1, at: 1000 + i * 10, ...event }) as HistoryEvent);

const failed: TrialResult = {
  name: 'guard-marked-early',
  title: 'Somebody else marked PURCHASE_CREATED before the worker sees the event.',
  seed: 42,
  workers: 'incident',
  verdict: {
    outcome: 'failed',
    unknown: [],
    during: {
      causes: [
        {
          id: 'guard-marked-without-allocation',
          rank: 1,
          message: 'payment-service marked the event and nobody allocated a trainer',
          subject: 'ben',
          checks: [{ question: 'is processed_events marked?', answer: 'yes', readFrom: 'its row', evidence: [2] }],
          evidence: [2],
        },
        {
          id: 'api-not-called',
          rank: 2,
          consequenceOf: 'guard-marked-without-allocation',
          message: 'no call',
          checks: [],
          evidence: [],
        },
      ],
      expectation: { met: false, case: 0, expected: ['api-failing'], actual: [], message: 'said' },
    },
    after: [
      { met: true, message: 'not shown' },
      { met: false, message: 'ben must have a trainer' },
    ],
    invariants: [
      { id: 'groups-drain', verdict: 'holds', findings: [] },
      {
        id: 'no-event-lost',
        verdict: 'violated',
        findings: [{ message: 'the offset passed the event of ben', evidence: [2, 3], subject: 'ben' }],
      },
    ],
    faults: [{ kind: 'guard-marked', fired: true }],
  },
  runDir: '/runs/x-guard-marked-early',
  timings: { prepareMs: 1, actMs: 1, settleMs: 1, judgeMs: 1, totalMs: 87 },
};

const replayCommand = 'npx faultline run guard-marked-early --seed 42 --workers incident';
const format = (result: TrialResult, events: readonly HistoryEvent[]): string =>
  formatFailure(result, events, { replayCommand, colour: false });

describe('formatFailure', () => {
  it('says what broke, the causes, the timeline, the seed, the command and the folder, in this order', () => {
    const text = format(failed, historyOf(record(7, ada), record(8, ben)));
    const order = [
      'What broke',
      'no-event-lost',
      'the offset passed the event of ben (#2, #3)',
      'the cause api-failing is expected and was not found',
      'ben must have a trainer',
      'Causes while the fault lasted',
      '1. FL204 guard-marked-without-allocation',
      'is processed_events marked? → yes; read from its row (#2)',
      '2. FL206 api-not-called (only a consequence of guard-marked-without-allocation)',
      'Timeline of ben (payment 2fa90c93-ea40-4ba9-a7bf-4ed47e735b92)',
      'PURCHASE_CREATED at purchase-created-1@8 (#3)',
      'Seed      42',
      `Replay    ${replayCommand}`,
      'Folder    /runs/x-guard-marked-early',
      'Explain   npx faultline explain /runs/x-guard-marked-early',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).not.toContain('not shown');
    expect(text).not.toContain('purchase-created-1@7');
    expect(text).not.toMatch(/^ +at /m);
  });

  it('does without a timeline when there is no history', () => {
    expect(format(failed, [])).not.toContain('Timeline');
  });

  it('says of an unknown trial what could not be decided', () => {
    const verdict = { ...failed.verdict, outcome: 'unknown' as const, unknown: ['a barrier did not come back'] };
    const text = format({ ...failed, verdict }, []);
    expect(text).toContain('What could not be decided');
    expect(text).toContain('a barrier did not come back');
  });

  it('keeps the timeline short, and all evidence in it', () => {
    const late = { ...failed.verdict.invariants[1], findings: [{ message: 'late', evidence: [60], subject: 'ben' }] };
    const result = { ...failed, verdict: { ...failed.verdict, invariants: [late] } } as TrialResult;
    const text = format(result, historyOf(...Array.from({ length: 70 }, (_, i) => record(i, ben))));
    expect(text.match(/^ +\+\d+ ms/gm)).toHaveLength(24);
    expect(text).toMatch(/^ +\+\d+ ms .*\(#60\)$/m);
    expect(text).toContain('46 further events in history.ndjson');
  });

  it('colours only when asked to', () => {
    expect(format(failed, [])).not.toContain('\u001b');
    expect(presentable(formatFailure(failed, [], { replayCommand, colour: true }))).toContain('\u001b[31m');
  });
});

describe('summarizeFailure', () => {
  it('names what broke, the causes, the command and the folder', () => {
    expect(summarizeFailure(failed, replayCommand).split('\n')).toEqual([
      'FL108 no-event-lost/the-offset-passed-the-event-of: the offset passed the event of ben',
      'FL302 causes/missing/api-failing: the cause api-failing is expected and was not found',
      'FL305 after/ben-must-have-a-trainer: ben must have a trainer',
      'cause 1, FL204 guard-marked-without-allocation: payment-service marked the event and nobody allocated a trainer',
      'cause 2, FL206 api-not-called: no call',
      `seed 42, replay: ${replayCommand}`,
      'everything recorded: /runs/x-guard-marked-early',
    ]);
  });
});
