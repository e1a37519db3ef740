import { describe, expect, test } from 'vitest';
import { reportOf } from '../report.ts';
import type { DiagnosisReport } from '../report.ts';
import { ALLOCATION_GROUP, NOON, call, confirmed, created, guard, letter, live, purchase } from '../testing/live.ts';
import type { Seen } from '../testing/live.ts';
import { toHistory } from '../to-history.ts';
import { withoutPersonal } from '../without-personal.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';

/** The allocation-worker is past the event, and there is no allocation. */
const passed: Seen = {
  records: [confirmed(), created()],
  purchases: [purchase],
  at: { [ALLOCATION_GROUP]: 5, 'purchase-creation-workers': 5 },
  members: { [ALLOCATION_GROUP]: ['purchase-created'], 'purchase-creation-workers': ['purchase-confirmed'] },
};

const judge = (first: Seen, second: Seen | undefined = {}): DiagnosisReport =>
  reportOf(toHistory(live(first, second)), { brokers: 'kafka:9092' });
const told = (first: Seen, second?: Seen): string =>
  judge(first, second)
    .causes.map(({ code, certainty }) => `${code}${certainty.startsWith('possible') ? '?' : ''}`)
    .join(' ');
const why = (first: Seen, second?: Seen): string | undefined => judge(first, second).sources[3]?.why;

const ALWAYS = 'a call at admin-service that is not answered, or that another instance got, is in no log that was read';

describe('the log of a service', () => {
  test('without one nothing tells apart what may have gone wrong', () => {
    expect(told(passed)).toBe('FL0105? FL0106? FL0107?');
    expect(why(passed)).toBe('the calls of admin-service were not asked for: nobody said where its log is');
  });

  test('a call that failed is the cause, and shows the event read', () => {
    const report = judge({ ...passed, log: { own: [call(500), call(503)] } });
    expect(report.causes.map(({ code, certainty }) => [code, certainty])).toEqual([
      ['FL0107', 'shown by what was asked'],
    ]);
    expect(report.causes[0]?.message).toContain('answered 503');
    expect(report.causes[0]?.evidence).toEqual([
      'call of admin-service: POST /api/v1/admin/allocations/auto-assign at 2026-11-26T12:00:00.000Z, by its log',
      'call of admin-service: POST /api/v1/admin/allocations/auto-assign at 2026-11-26T12:00:00.000Z, by its log',
      'answered 503',
    ]);
    // That holds however little else of the log was read.
    expect(told({ ...passed, log: { own: [call(500)], lacking: ['docker took longer than 30 s'] } })).toBe('FL0107');
  });

  test('an answer that says it is done, and no row; one that nobody heard; one that the log does not tell', () => {
    expect(told({ ...passed, log: { own: [call(201)] } })).toBe('FL0107?');
    // Its row may have been taken away since.
    expect(judge({ ...passed, log: { own: [call(201)] } }).causes[0]?.message).toContain('and there is no allocation');
    expect(judge({ ...passed, log: { own: [call(499)] } }).causes[0]?.message).toContain(
      'gave no answer (client-gone)',
    );
    expect(judge({ ...passed, log: { own: [call(0)] } }).causes[0]?.message).toContain('gave no answer (client-gone)');
    for (const odd of [-1, 7, 1000]) expect(told({ ...passed, log: { own: [call(odd)] } })).toBe('FL0107?');
    const unsaid = judge({ ...passed, log: { own: [call(null)] } });
    expect(unsaid.causes.map(({ code, certainty }) => [code, certainty.startsWith('possible')])).toEqual([
      ['FL0107', true],
    ]);
    expect(unsaid.stages[1]?.checks.at(-1)?.answer).toBe('its answers are not known; no allocation');
  });

  test('while its worker may try again an error is no more than possible', () => {
    const waiting = { ...passed, at: { ...passed.at, [ALLOCATION_GROUP]: 4 } };
    expect(told({ ...waiting, log: { own: [call(500)] } })).toBe('FL0107?');
  });

  test('an event that is given up again and again gets nowhere: what failed is told all the same', () => {
    const standing = { ...passed, at: { ...passed.at, [ALLOCATION_GROUP]: 4 }, log: { own: [call(500)] } };
    const given = { ...standing, records: [...(passed.records ?? []), letter()] };
    expect(told(given, { records: [{ ...letter(), offset: 5 }], partition: { end: 6 } })).toBe('FL0107?');
    // The first letter may be its last.
    expect(told(standing, { records: [{ ...letter(), offset: 5 }], partition: { end: 6 } })).toBe('');
  });

  test('a call that is in no log may have been made: it was not answered, or another instance got it', () => {
    expect(why({ ...passed, log: {} })).toBe(ALWAYS);
    expect(told({ ...passed, log: {} })).toBe('FL0105? FL0106? FL0107?');
    const given = judge({ ...passed, records: [...(passed.records ?? []), letter()], log: {} });
    expect(given.causes.map(({ code, certainty }) => [code, certainty.startsWith('possible')])).toEqual([
      ['FL0106', true],
      ['FL0107', true],
    ]);
    expect(given.stages[1]?.checks.at(-2)?.answer).toBe('not known: none is in its log');
    const guarded = judge({ ...passed, guards: [guard('PURCHASE_CREATED')], log: {} });
    expect(guarded.causes.map(({ code }) => code)).toEqual(['FL0104', 'FL0106', 'FL0107']);
    expect(guarded.causes[0]?.message).toContain('whether admin-service was called for it is not known');
  });

  test('a call of its student and course that does not say when it was is nobody’s for certain', () => {
    const { at: _, ...timeless } = call(500);
    expect(told({ ...passed, log: { own: [timeless] } })).toBe('FL0105? FL0106? FL0107?');
    expect(told({ ...passed, log: { own: [{ ...timeless, byId: true }] } })).toBe('FL0107');
  });

  test.each([
    ['ahead', NOON + 5 * 3_600_000],
    ['behind', NOON - 5 * 3_600_000],
  ])('a log whose clock is hours %s says of no call when it was', (_, until) => {
    const part = { name: 'the log', since: NOON - 86_400_000 };
    const own = [call(500, { at: until })];
    const first = { own, readAt: NOON, parts: [{ ...part, lines: 7, until: until - 1000 }] };
    const then = { own, readAt: NOON, parts: [{ ...part, lines: 8, until }] };
    expect(why({ ...passed, log: first }, { log: then })).toContain('the clock of who wrote the log of admin-service');
    expect(told({ ...passed, log: first }, { log: then })).toBe('FL0105? FL0106? FL0107?');
  });

  test('who wrote a guard row nobody saw, also where a call was in vain', () => {
    expect(told({ ...passed, guards: [guard('PURCHASE_CREATED')], log: { own: [call(201)] } })).toBe('FL0104? FL0107?');
  });

  test.each([
    ['was not read whole', { lacking: ['docker ended with 1'] }],
    ['has no lines', { parts: [] }],
    ['no POST /api/v1/admin/allocations/auto-assign of anybody is in the log', { requests: 0 }],
    ['begins at', { parts: [{ name: 'the log', lines: 1, since: NOON - 1000 }] }],
    ['nothing in the log of admin-service says when it was', { parts: [{ name: 'the log', lines: 1 }] }],
    ['did not grow', { parts: [{ name: 'the log', lines: 7, since: NOON - 3_600_000, until: NOON }] }],
    [
      '2 lines (the first is its line 3) of the log of admin-service are not of its format',
      { unfit: { lines: 2, first: 3 }, parts: [{ name: 'the log', lines: 9, since: NOON - 3_600_000, unfit: null }] },
    ],
    ['no line of the log', { unfit: { lines: 9, first: 1 }, parts: [{ name: 'the log', lines: 9, unfit: null }] }],
    ['1 call in the log of admin-service does not say whose', { strays: [call(201, { json: {} })] }],
  ] as const)('a log that %s proves nothing by what is not in it', (words, log) => {
    expect(why({ ...passed, log })).toContain(words);
    expect(judge({ ...passed, log }).causes[0]?.certainty).toContain('(not known whole: calls at services)');
    expect(told({ ...passed, log })).toBe('FL0105? FL0106? FL0107?');
  });

  test('what was long before the payment is not its own, and takes nothing from a log', () => {
    const before = { at: NOON - 2 * 86_400_000 };
    const unfit = { unfit: { lines: 2, first: 3 } };
    const log = { own: [call(500, before)], strays: [call(201, { ...before, json: {} })], ...unfit };
    expect(told({ ...passed, log })).toBe('FL0105? FL0106? FL0107?');
    expect(why({ ...passed, log })).toBe(ALWAYS);
  });

  test('what was just before it may be its own if a clock is very wrong: it is held against nobody', () => {
    const log = { own: [call(500, { at: NOON - 1_800_000 })] };
    expect(told({ ...passed, log })).toBe('FL0105? FL0106? FL0107?');
    expect(why({ ...passed, log })).toBe(`1 call in the log of admin-service does not say whose; ${ALWAYS}`);
    // One that names it is its own whatever the clock says.
    expect(told({ ...passed, log: { own: [call(500, { at: NOON - 1_800_000, byId: true })] } })).toBe('FL0107');
  });

  test('of the logs of several pods the latest answer counts', () => {
    const own = [call(500, { at: NOON + 2000 }), call(503, { at: NOON + 1000 })];
    expect(judge({ ...passed, log: { own } }).causes[0]?.message).toContain('answered 500');
  });

  test('a log that was left out, or could not be read, is as one that nobody named', () => {
    const snapshot = live(passed, {});
    const calls = { 'admin-service': { why: 'the log of admin-service: there is no program docker' } };
    const [first, last] = snapshot.looks;
    const report = reportOf(toHistory({ ...snapshot, looks: [first, { ...last!, calls }] }), { brokers: '' });
    expect(report.causes.map(({ code }) => code)).toEqual(['FL0105', 'FL0106', 'FL0107']);
    expect(report.sources[3]?.why).toBe('the log of admin-service: there is no program docker');
  });

  test('how it was asked is said, and what is kept holds ids alone', () => {
    const snapshot = live({ ...passed, log: { own: [call(500)], strays: [call(201, { json: {} })] } }, {});
    const events = toHistory(snapshot);
    const [called, answered] = reportOf(events, { brokers: '' }).stages[1]?.checks.slice(-2) ?? [];
    expect(called).toMatchObject({
      answer: '1 call',
      asked: ['cat calls.log | grep -iF -e 809556c1-e184-4b85-8fd6-a5f1c8014bf6'],
      readFrom: [expect.stringContaining('the log of admin-service: ') as unknown],
    });
    expect(answered?.readFrom).toHaveLength(2);
    const kept = withoutPersonal(events, pipelineOf(shippedPipeline)).filter(({ source }) => source === 'http');
    expect(kept).toHaveLength(4);
    expect(reportOf(events, { brokers: '' }).causes).toEqual(
      reportOf(withoutPersonal(events, pipelineOf(shippedPipeline)), { brokers: '' }).causes,
    );
  });
});
