import { describe, expect, it, test } from 'vitest';
import type { NewEvent } from '../history/events.ts';
import type { Cause } from '../history/verdict.ts';
import { found, verdictWith } from '../verdict/testing/trials.ts';
import { formatFailure } from './failure.ts';
import { historyWith, resultWith, unknownFor } from './testing/results.ts';

const log = (worker: string, line: string): NewEvent<'process.log'> => ({
  kind: 'process.log',
  source: 'process',
  worker,
  pid: 1,
  stream: 'stderr',
  line,
});

const failed = resultWith('healthy', verdictWith([['ids-agree', found('x', { shape: 'x' })]]));

const textOf = (result: typeof failed, ...events: readonly NewEvent[]): string =>
  formatFailure(result, historyWith(...events), { replayCommand: 'again', colour: false, width: 80 });

/** The lines under a heading, up to the empty one. */
const under = (text: string, heading: string): string[] => {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`  ${heading}`));
  return from === -1 ? [] : lines.slice(from + 1, lines.indexOf('', from));
};

describe('last lines of the workers', () => {
  it('are there in every failure, errors first, whether or not they name a payment', () => {
    const text = textOf(
      failed,
      log('allocation-worker', '{"message":"boot","error":{"message":"no route to Redis"},"a":1}'),
      log('allocation-worker', '    at start (worker.js:1:1)'),
      log('allocation-worker', 'ready'),
      log('allocation-worker', 'ready'),
      log('allocation-worker', 'uncaughtException: x is not a function'),
      {
        kind: 'process.exited',
        source: 'process',
        worker: 'allocation-worker',
        pid: 1,
        code: 1,
        signal: null,
        requested: false,
      },
    );
    expect(under(text, 'Last lines of the workers')).toEqual([
      '    purchase-worker: wrote nothing',
      '    allocation-worker: exited with 1, by itself',
      '        +10 ms  boot: no route to Redis (a=1) (#2)',
      '        +50 ms  uncaughtException: x is not a function (#6)',
      '        +40 ms  ready (2 times) (#5)',
      '      and 1 line more',
    ]);
  });

  it('say what is known of a process, and nothing where it just runs', () => {
    const seen = (worker: string, state: 'running' | 'stopped'): NewEvent<'process.seen'> => ({
      kind: 'process.seen',
      source: 'process',
      worker,
      alive: true,
      state,
    });
    const text = textOf(failed, seen('purchase-worker', 'running'), seen('allocation-worker', 'stopped'));
    expect(under(text, 'Last lines of the workers')).toEqual([
      '    purchase-worker: wrote nothing',
      '    allocation-worker: stopped (SIGSTOP); wrote nothing',
    ]);
  });
});

test('what belongs to no payment is told: truncated tables, escaped processes, the database, rows kept by workers', () => {
  const truncate: NewEvent<'postgres.commit'> = {
    kind: 'postgres.commit',
    source: 'postgres',
    lsn: '0000000000000001',
    xid: 1,
    committedAt: 0,
    writer: null,
    changes: [{ table: 'trainer_allocations', op: 'truncate' }],
  };
  const text = textOf(
    failed,
    truncate,
    { kind: 'postgres.seen', source: 'postgres', notes: ['a lock on payments is held by pid 9'] },
    { kind: 'process.escaped', source: 'process', worker: 'w', pids: [7, 8], detail: 'left their group', ended: true },
    {
      kind: 'trial.patience',
      source: 'trial',
      ms: 15_000,
      waitedMs: 15_020,
      why: 'a row with an id of the trial waits in outbox',
      rows: [{ table: 'outbox', xmin: '7', text: '{"id":1}' }],
    },
  );
  expect(under(text, 'Seen besides, of no payment')).toEqual([
    '    a worker truncated trainer_allocations (#2)',
    '    a lock on payments is held by pid 9 (#3)',
    '    w: processes 7, 8 left their group; ended by Faultline (#4)',
    '    a row in outbox: {"id":1} (#5)',
  ]);
  expect(text).toContain('  waited 15.02 s of patience: a row with an id of the trial waits in outbox\n');
});

test('an end that was proven says by what, where nothing more came of it', () => {
  const proof: NewEvent = {
    kind: 'trial.ended-early',
    source: 'trial',
    proof: 'cycle',
    description: 'three times the same',
    evidence: [4, 9],
  };
  const settled = (did: boolean): NewEvent => ({
    kind: 'trial.settled',
    source: 'trial',
    settled: did,
    waitingFor: [],
    waitedMs: 1,
  });
  const said = '  ended before its deadline, as it went round in a circle: three times the same\n  (#4, #9)\n';
  expect(textOf(failed, proof, settled(false))).toContain(said);
  expect(textOf(failed, proof, settled(true))).not.toContain('ended before its deadline');
});

describe('causes', () => {
  const cause = (id: Cause['id'], rank: number, answer: string, more: Partial<Cause> = {}): Cause => ({
    id,
    rank,
    message: `${id} it is`,
    evidence: [1],
    checks: [{ question: 'does it run?', answer, readFrom: 'the process', evidence: [] }],
    ...more,
  });
  const causesText = (...causes: readonly Cause[]): string =>
    textOf({ ...failed, verdict: { ...failed.verdict, during: { ...failed.verdict.during, causes } } });

  it('questions that are the same for two are printed once, others with their cause', () => {
    const same = causesText(cause('api-failing', 1, 'yes'), cause('api-not-called', 2, 'yes'));
    expect(same.match(/does it run\?/g)).toHaveLength(1);
    expect(under(same, 'Causes')).toEqual([
      '    1. FL207 api-failing',
      '       api-failing it is (#1)',
      '    2. FL206 api-not-called',
      '       api-not-called it is (#1)',
      '       asked for both:',
      '       - does it run? → yes; read from the process',
    ]);
    const differ = causesText(cause('api-failing', 1, 'yes'), cause('api-not-called', 2, 'no'));
    expect(differ.match(/does it run\?/g)).toHaveLength(2);
  });

  it('say which stage of whose payment they speak of, and refer to what was asked before', () => {
    const ofAda = { checked: { subject: 'ada', stage: 'allocation' } } as const;
    const ofBen = { checked: { subject: 'ben', stage: 'purchase' } } as const;
    const text = causesText(
      cause('api-failing', 1, 'yes', ofAda),
      cause('topic-missing', 2, 'no', ofBen),
      cause('api-not-called', 3, 'yes', ofAda),
    );
    expect(text.match(/does it run\?/g)).toHaveLength(2);
    expect(under(text, 'Causes').filter((line) => line.includes('asked'))).toEqual([
      '       asked of the allocation of ada:',
      '       asked of the purchase of ben:',
      '       asked the same as for 1. api-failing',
    ]);
  });

  it('undecided ones share a rank, and it is said', () => {
    const undecided = { undecided: true };
    const text = causesText(cause('api-failing', 1, 'yes', undecided), cause('api-not-called', 1, 'yes', undecided));
    expect(
      text.match(/ {4}1\. FL20[67] \S+ \(undecided: nothing tells it from the others of its rank\)/g),
    ).toHaveLength(2);
  });
});

test('equal lines of one trial are folded, different ones are not', () => {
  const of = (name: string): string => `the event of ${name} (payment 1fa90c9${name.length}) is lost`;
  const findings = ['ada', 'ben', 'cleo', 'dan', 'eve'].map((name) =>
    found(of(name), { shape: 'lost', subject: name }),
  );
  const result = resultWith(
    'a',
    verdictWith([['no-event-lost', ...findings, found('another sentence', { shape: 'lost' })]]),
  );
  expect(under(textOf(result), 'What broke')).toEqual([
    '    FL108 no-event-lost/lost',
    '      the event of ada (payment 1fa90c93) is lost (and the same for 4 more: ben,',
    '      cleo …) (#1)',
    '      another sentence (#1)',
  ]);
});

test('notes of a failure are shown besides', () => {
  const verdict = verdictWith([['ids-agree', found('x', { shape: 'x' })]]);
  const noted = { ...verdict.invariants[0], notes: [found('the stub lied', { evidence: [3] })] };
  const text = textOf(resultWith('a', { ...verdict, invariants: [noted as (typeof verdict.invariants)[number]] }));
  expect(under(text, 'Seen besides (no accusation)')).toEqual(['    ids-agree', '      the stub lied (#3)']);
});

test('one harness error is one paragraph', () => {
  const reasons = ['a', 'b', 'c'].map((id) => `${id} cannot be decided: gone`);
  const text = textOf(unknownFor('a', 'the harness itself had a problem: Kafka went away', ...reasons));
  expect(under(text, 'What could not be decided')).toEqual([
    '    FL401 the harness itself had a problem: Kafka went away',
  ]);
});
