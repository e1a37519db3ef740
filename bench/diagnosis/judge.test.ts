/** What is judged right, and everything that must not be. */
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../harness/history/events.ts';
import type { Answer } from './ask.ts';
import { notBrought } from './done.ts';
import { judge } from './judge.ts';
import { createRecorded } from './recorded.ts';
import { possible, shown } from './types.ts';
import type { Expected, Injected } from './types.ts';

const PAYMENT = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
const STUDENT = '809556c1-e184-4b85-8fd6-a5f1c8014bf6';
const GROUP = 'trainer-allocation-workers';
const AT = 'record purchase-created-1@4 of 2026-11-26T12:00:00.000Z, key 1fa90c93';
const TOPICS =
  'purchase-confirmed, course-access-granted, sessions-generated, trainer-allocated, notification-requested, dead-letter-queue';

const event = (part: object): HistoryEvent => ({ seq: 1, at: 1, ...part }) as unknown as HistoryEvent;
const record = (topic: string, offset: number) =>
  event({ kind: 'kafka.record', source: 'kafka', topic, partition: 1, offset, correlationId: PAYMENT, key: PAYMENT });
const row = (table: string, values: object) =>
  event({ kind: 'postgres.commit', changes: [{ table, op: 'insert', row: { student_id: STUDENT, ...values } }] });

const recorded = createRecorded();
for (const each of [
  record('purchase-created', 4),
  record('dead-letter-queue', 1),
  record('dead-letter-queue', 2),
  row('student_course_purchases', { id: 'p1' }),
  row('trainer_allocations', { id: 'a1' }),
  row('trainer_allocations', { id: 'a2' }),
  row('processed_events', { event_id: 'g1', correlation_id: PAYMENT }),
  event({ kind: 'http.request', call: 1, body: { text: STUDENT } }),
  event({ kind: 'http.response', call: 1, status: 500, falsified: [] }),
  event({ kind: 'offsets.committed', group: GROUP, topic: 'purchase-created', partition: 1, offset: 5 }),
])
  recorded.append(each);

const LETTERS = ['record dead-letter-queue-1@1 of then', 'record dead-letter-queue-1@2 of then'];
const EMPTY = `group ${GROUP}: Empty, 0 members`;
const PAST = `group ${GROUP} stands at 5 of purchase-created-1`;

/** As `--json` has it; `FL0104?`: possible. */
const cause = (told: string, evidence: readonly string[], rank = 1) => ({
  code: told.replace('?', ''),
  rank,
  message: 'the topic purchase-created does not exist',
  evidence,
  certainty: told.endsWith('?') ? 'possible: who knows' : 'shown by what was asked',
});

const OUTCOMES: Readonly<Record<number, string>> = { 0: 'nothing-wrong', 1: 'cause-found', 3: 'not-known' };

const answer = (causes: readonly object[], code = 1, more: object = {}): Answer => ({
  code,
  report: { outcome: OUTCOMES[code], causes, findings: [], sources: [], ...more } as unknown as Answer['report'],
  said: '',
});

/** Of one source, why it could not be read whole. */
const lacking = (why: string): object => ({ sources: [{ source: 'records in Kafka', complete: false, why }] });

const judged = (
  expects: readonly Expected[],
  given: Answer,
  injected: Injected = { at: 'allocation-worker' },
  { log = false, runs = true, outcome = 'nothing-wrong' as 'nothing-wrong' | 'not-known' } = {},
) =>
  judge({ expects, outcome }, given, {
    who: { correlationId: PAYMENT, studentId: STUDENT },
    injected,
    recorded,
    log,
    runs: () => runs,
    asked: recorded.length(),
  });

const right = { exact: true, grounded: true, stands: 'shared', accusesFalsely: false, complaints: [] };

describe('what is told', () => {
  const told = answer([cause('FL0106?', [AT, PAST]), cause('FL0107?', [AT, ...LETTERS])]);

  it('all that is expected, as sure as it must be', () =>
    expect(judged(possible('FL0107', 'FL0106'), told)).toEqual(right));

  it('one too few, one too many, one too sure, the wrong one first', () => {
    const few = judged(possible('FL0107', 'FL0106', 'FL0105'), told);
    expect(few).toMatchObject({ exact: false, grounded: false, accusesFalsely: false });
    const many = judged(possible('FL0107'), told);
    expect(many).toMatchObject({ exact: false, grounded: true, accusesFalsely: true });
    expect(judged([shown('FL0107'), ...possible('FL0106')], told)).toMatchObject({ exact: false, grounded: true });
    const second = answer([cause('FL0106?', [AT, PAST]), cause('FL0107?', [AT, ...LETTERS], 2)]);
    expect(judged(possible('FL0107', 'FL0106'), second).complaints).toEqual(['FL0107 is not ranked first']);
  });

  it('an exit code that says otherwise', () =>
    expect(judged(possible('FL0107', 'FL0106'), { ...told, code: 3 }).exact).toBe(false));

  it('nothing, where nothing is wrong; whatever is told there accuses falsely', () => {
    expect(judged([], answer([], 0))).toEqual({ ...right, grounded: undefined, stands: undefined });
    expect(judged([], answer([], 3)).exact).toBe(false);
    expect(judged([], answer([cause('FL0106?', [AT, PAST])]))).toMatchObject({ exact: false, accusesFalsely: true });
  });

  it('what is shown and accuses nobody is not exact either, and what nobody knows accuses falsely', () => {
    const finding = (code: string, accuses: boolean) => ({ findings: [{ ...cause(code, []), accuses }] });
    expect(judged([], answer([], 0, finding('FL0110', false)))).toMatchObject({ exact: false, accusesFalsely: false });
    expect(judged([], answer([], 1, finding('FL0999', true)))).toMatchObject({ exact: false, accusesFalsely: true });
  });

  it('no report is no answer, whatever the exit code', () => {
    for (const code of [0, 1, 3, 70])
      for (const outcome of ['nothing-wrong', 'not-known'] as const)
        expect(judged([], { code, report: undefined, said: '' }, undefined, { outcome }).exact).toBe(false);
    expect(judged(possible('FL0106'), { code: 1, report: undefined, said: '' }).grounded).toBe(false);
  });

  it('what is not known since it is in work is right, and what could not be read is not', () => {
    const notKnown = (given: Answer) => judged([], given, undefined, { outcome: 'not-known' }).exact;
    expect(notKnown(answer([], 3))).toBe(true);
    expect(notKnown(answer([], 3, lacking('something changed between two looks: it is in work')))).toBe(true);
    expect(notKnown(answer([], 3, lacking('the calls of x were not asked for: nobody said where its log is')))).toBe(
      true,
    );
    expect(notKnown(answer([], 3, lacking('row 1 of x is no x now, and may have been one before')))).toBe(true);
    expect(notKnown(answer([], 3, lacking('the topics could not be asked')))).toBe(false);
    expect(notKnown(answer([], 3, { outcome: 'nothing-wrong' }))).toBe(false);
  });

  it('the root alone in its rank, before others or behind them is told apart', () => {
    const stands = (...causes: readonly object[]) => judged(possible('FL0106'), answer(causes)).stands;
    expect(stands(cause('FL0106?', [AT]), cause('FL0107?', [AT], 2))).toBe('alone');
    expect(stands(cause('FL0106?', [AT]), cause('FL0107?', [AT]))).toBe('first');
    expect(stands(cause('FL0105?', [AT]), cause('FL0106?', [AT]))).toBe('shared');
    expect(stands(cause('FL0105?', [AT]), cause('FL0106?', [AT], 2))).toBeUndefined();
  });
});

describe.each([
  ['FL0101', [EMPTY], ['group purchase-creation-workers: Empty, 0 members'], { absent: ['allocation-worker'] }],
  [
    'FL0102',
    [`topics that are there: ${TOPICS}`],
    [`topics that are there: ${TOPICS}, purchase-created`],
    { missing: ['purchase-created'] },
  ],
  ['FL0103', ['row p1 of student_course_purchases'], ['row p2 of student_course_purchases'], {}],
  ['FL0104', ['row g1 of processed_events', PAST], ['row g1 of processed_events'], {}],
  ['FL0105', [AT, PAST], [AT, `group ${GROUP} stands at 6 of purchase-created-1`], {}],
  ['FL0106', [AT, PAST], [AT], {}],
  ['FL0107', [AT, ...LETTERS], [AT], {}],
  ['FL0108', ['row a1 of trainer_allocations', 'row a2 of trainer_allocations'], ['row a1 of trainer_allocations'], {}],
  ['FL0109', [AT, ...LETTERS], [AT, ...LETTERS.slice(1)], {}],
] as const)('%s', (code, evidence, otherwise, injected) => {
  const grounded = (lines: readonly string[]) =>
    judged(possible(code), answer([cause(`${code}?`, lines)]), { at: 'allocation-worker', ...injected }).grounded;

  it('is grounded in what was done', () => expect(grounded(evidence)).toBe(true));
  it('is not in something else, in less, or in nothing', () => {
    expect(grounded(otherwise)).toBe(false);
    expect(grounded([])).toBe(false);
  });
  it('is not beside a line of which nobody knows how to tell', () =>
    expect(grounded([...evidence, 'the moon is full'])).toBe(false));
  it("is not beside another payment's record", () =>
    expect(grounded([...evidence, 'record purchase-created-1@9 of then'])).toBe(false));
});

describe('what was named besides', () => {
  const CALL = 'call of admin-service: POST /allocations at 2026-11-26T12:00:00.000Z, by its log';
  const grounded = (code: 'FL0101' | 'FL0107', lines: readonly string[], runs = true) =>
    judged(
      [shown(code)],
      answer([cause(code, lines)]),
      { at: 'allocation-worker', absent: code === 'FL0101' ? ['allocation-worker'] : [] },
      { log: true, runs },
    ).grounded;

  it('with the log of its service a failure is known by its calls, of which there are no more than were made', () => {
    expect(grounded('FL0107', [CALL, 'answered 500'])).toBe(true);
    expect(grounded('FL0107', [AT, ...LETTERS])).toBe(false);
    expect(grounded('FL0107', [CALL, CALL, 'answered 500'])).toBe(false);
    expect(grounded('FL0107', [CALL, 'answered 502'])).toBe(false);
  });

  it('where none was made it is possible all the same, by its event', () => {
    const own = createRecorded();
    own.append(record('purchase-created', 4));
    const truth = {
      ...{ who: { correlationId: PAYMENT, studentId: STUDENT }, injected: { at: 'allocation-worker' } as const },
      ...{ recorded: own, log: true, runs: () => true, asked: own.length() },
    };
    const of = (told: string) => judge({ expects: possible('FL0107') }, answer([cause(told, [AT])]), truth).grounded;
    expect([of('FL0107?'), of('FL0107')]).toEqual([true, false]);
  });

  it('whether there is a process is held to whether there is one', () => {
    const none = 'process of allocation-worker: no process of this machine fits x';
    expect(grounded('FL0101', [EMPTY, none], false)).toBe(true);
    expect(grounded('FL0101', [EMPTY, none], true)).toBe(false);
    expect(grounded('FL0101', [EMPTY, 'process of allocation-worker: 1 process of this machine'], false)).toBe(false);
  });
});

describe('what is told as shown', () => {
  const grounded = (code: 'FL0102' | 'FL0105' | 'FL0106' | 'FL0107', lines: readonly string[], message?: string) => {
    const told = { ...cause(code, lines), ...(message === undefined ? {} : { message }) };
    return judged([shown(code)], answer([told])).grounded;
  };

  it('must have come about', () => {
    expect(grounded('FL0107', [AT, ...LETTERS])).toBe(true);
    expect(grounded('FL0106', [AT, PAST])).toBe(false);
    expect(grounded('FL0105', [AT, PAST])).toBe(false);
    expect(grounded('FL0102', [`topics that are there: ${TOPICS}, purchase-created`])).toBe(false);
  });

  it('has no answer in its message that nobody gave', () => {
    expect(grounded('FL0107', [AT, ...LETTERS], 'admin-service answered 500')).toBe(true);
    expect(grounded('FL0107', [AT, ...LETTERS], 'the moon answered 418')).toBe(false);
  });
});

it('a group stands where it was last set, or came to since it was asked', () => {
  const own = createRecorded();
  const set = (offset: number) =>
    own.append(event({ kind: 'offsets.committed', group: GROUP, topic: 'purchase-created', partition: 1, offset }));
  for (const offset of [5, 0]) set(offset);
  const asked = own.length();
  set(3);
  const stands = (at: number) => own.stands(GROUP, 'purchase-created-1', at, asked);
  expect([5, 0, 3].map(stands)).toEqual([false, true, true]);
});

it('what lay in a topic that was deleted since is gone', () => {
  const own = createRecorded();
  const who = { correlationId: PAYMENT, studentId: STUDENT };
  own.append({ ...record('purchase-created', 4), seq: 1 });
  expect(own.records(who, 'purchase-created')).toHaveLength(1);
  own.append(event({ seq: 2, kind: 'kafka.topic-deleted', topic: 'purchase-created' }));
  expect([own.records(who, 'purchase-created').length, own.isGone('purchase-created')]).toEqual([0, true]);
  own.append(event({ seq: 3, kind: 'kafka.topic-created', topic: 'purchase-created' }));
  expect(own.isGone('purchase-created')).toBe(false);
});

describe('a way', () => {
  const brought = (of: 'FL0106' | 'FL0107' | 'pair', name = 'a way', failing = recorded) =>
    notBrought(
      { of, name },
      {
        who: { correlationId: PAYMENT, studentId: STUDENT },
        injected: { at: 'allocation-worker', absent: ['allocation-worker'] },
        recorded: failing,
        log: false,
        runs: () => true,
        asked: failing.length(),
      },
    );

  it('is held to what it is named for', () => {
    expect(brought('FL0107')).toEqual([]);
    expect(brought('FL0106')).toEqual(['FL0106: a service was called for it']);
    expect(brought('FL0107', 'a way', createRecorded())).toEqual(['FL0107: no call failed']);
    expect(brought('pair', 'FL0107 and FL0101: given up, and FL0106 looks the same')).toEqual([
      'FL0101: every worker runs',
    ]);
  });
});
