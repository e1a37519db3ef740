import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openHistory } from '../history/history.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { CallOptions, RequestOptions } from '../history/testing/calls.ts';
import { build } from '../history/testing/build.ts';
import { flow, healthyHistory, trialOf } from '../history/testing/flow.ts';
import { rightPlans, perform } from '../history/testing/generate.ts';
import { runs } from '../base/testing/runs.ts';
import { shippedContract } from '../contract/testing/shipped.ts';
import { createJudgingAhead } from './calls-honour-contract-judged.ts';
import { callsHonourContract as invariant } from './calls-honour-contract.ts';
import { checkInvariant } from './testing.ts';
import { incomplete, judge } from './testing.ts';

const asking = (options: RequestOptions, status: number | null = 400) =>
  trialOf({}, (b) => void b.respond(b.request('ada', options), 'ada', { status }));
const answering = (options: CallOptions) => trialOf({}, (b) => void b.respond(b.request(), 'ada', options));

test('holds for right calls', () => {
  expect(judge(invariant, healthyHistory())).toBe('holds');
  expect(judge(invariant, trialOf({ without: ['request', 'respond'] }))).toBe('holds');
});

const UUID = '4a0add5c-b608-4710-9d77-837f6768cd64';

test.each<RequestOptions>([
  { body: { requestedBy: UUID } },
  { body: { paymentMetadata: {} } },
  { body: { paymentMetadata: { anything: [1] } } },
  { body: { requestedBy: UUID, paymentMetadata: { timeSlot: '4:00 PM' } } },
  { body: { more: 1 } },
  { path: '/health' },
])('holds for a request with %j: optional fields in any combination, unknown ones allowed', (options) =>
  expect(judge(invariant, asking(options, 201))).toBe('holds'),
);

test.each<[RequestOptions, string]>([
  [{ body: { studentId: undefined } }, '$.studentId is absent, not a text (rule required)'],
  [{ body: { courseId: 'x' } }, '$.courseId is "x", not text like'],
  [{ body: { timeSlot: '' } }, '$.timeSlot is ""'],
  [{ body: { timeSlot: 4 } }, '$.timeSlot is 4, not a text (rule type)'],
  [{ body: { date: null } }, '$.date is null'],
  [{ body: { requestedBy: 'me' } }, '$.requestedBy is "me"'],
  [{ body: { paymentMetadata: 'none' } }, '$.paymentMetadata is "none", not an object'],
])('violated by a request with %j, whatever was answered', (options, said) => {
  for (const status of [400, 201, null]) {
    const verdict = judge(invariant, asking(options, status));
    expect(verdict).toMatch(
      /^violated: call 2.* has a request that does not fit the contract: .*by "allocation-worker/,
    );
    expect(verdict).toContain(said);
  }
});

test.each<[CallOptions, string]>([
  [{ id: 'x' }, '$.data.id is "x", not text like'],
  [{ data: { trainerId: null } }, '$.data.trainerId is null'],
  [{ data: { status: 'pending' } }, '$.data.status is "pending"'],
  [{ data: 'nothing' }, '$.data is "nothing", not an object'],
  [{ status: 202, data: { trainerId: UUID } }, '$.data.trainerId'],
  [{ status: 500, json: { error: 'boom' } }, '$.success is absent'],
  [{ status: 400, json: { success: false, message: 'no', errors: [] } }, '$.errors is []'],
  [{ json: [] }, '$ is [], not an object'],
])('undecided by an answer of the stub with %j: no worker made it', (options, said) => {
  const verdict = judge(invariant, answering(options));
  expect(verdict).toMatch(
    /^unknown: call 2 of ada \(payment \w+, student \w+\), answered \d+, has an answer of the stub that does not fit the contract:/,
  );
  expect(verdict).toContain(said);
});

test.each(['studentId', 'courseId'])('undecided by an allocation of another %s than was asked for', (name) => {
  for (const status of [201, 202])
    expect(judge(invariant, answering({ status, data: { [name]: UUID } }))).toMatch(
      new RegExp(
        `^unknown: call 2 of ada .*\\$\\.data\\.${name} is "${UUID}", not ".*by "an answer is about its request"`,
      ),
    );
  expect(judge(invariant, answering({ data: { [name]: UUID }, falsified: ['shape'] }))).toBe('holds');
});

test('several errors of one 400 are right together, though no interaction has them together', () => {
  const errors = [
    { field: 'courseId', message: 'must be a uuid' },
    { field: 'date', message: 'must not be empty' },
  ];
  expect(judge(invariant, answering({ status: 400, json: { success: false, message: 'no', errors } }))).toBe('holds');
});

test('what the stub falsified on purpose does not count, a wrong shape under a wrong id does', () => {
  for (const falsehood of ['body', 'shape', 'status'] as const)
    expect(judge(invariant, answering({ json: { broken: true }, falsified: [falsehood] }))).toBe('holds');
  for (const falsehood of ['id', 'row-missing', 'row-late'] as const) {
    expect(judge(invariant, answering({ falsified: [falsehood] }))).toBe('holds');
    expect(judge(invariant, answering({ json: { broken: true }, falsified: [falsehood] }))).toMatch(/^unknown/);
  }
});

test('a status that no interaction has is no violation, nor is no answer at all', () => {
  for (const status of [503, 404, null]) expect(judge(invariant, answering({ status }))).toBe('holds');
});

/** The events of a history with the last call's answer or request changed. */
const changed = (options: CallOptions, kind: 'http.request' | 'http.response', over: object) => {
  const { events } = answering(options);
  const last = events.findLast((event) => event.kind === kind);
  return openHistory(events.map((event) => (event === last ? ({ ...event, ...over } as HistoryEvent) : event)));
};

test('headers count where they were recorded', () => {
  expect(judge(invariant, changed({}, 'http.response', { headers: { 'content-type': 'application/json' } }))).toBe(
    'holds',
  );
  expect(judge(invariant, changed({}, 'http.response', { headers: { 'content-type': 'text/html' } }))).toContain(
    'header content-type is "text/html"',
  );
  expect(judge(invariant, changed({}, 'http.request', { headers: {} }))).toContain('header content-type is absent');
});

test('an answer that was cut on the wire is not judged, a client that left in the middle is not accused', () => {
  const cut = { ended: 'truncated', json: undefined, body: { text: '{"succ' } };
  expect(judge(invariant, changed({}, 'http.response', cut))).toBe('holds');
  const { events } = changed({ status: null }, 'http.response', { ended: 'client-gone' });
  const request = events.findLast((event) => event.kind === 'http.request');
  const gone = openHistory(
    events.map((each) => (each === request ? ({ ...each, json: undefined } as HistoryEvent) : each)),
  );
  expect(judge(invariant, gone)).toBe('holds');
});

test('unknown when a body is too large to be read, or when calls may be missing', () => {
  const large = { json: undefined, body: { text: '{', truncated: { bytes: 1e6, sha256: '' } } };
  expect(judge(invariant, changed({}, 'http.response', large))).toMatch(/^unknown: call 2 is too large/);
  expect(judge(invariant, incomplete())).toMatch(/^unknown/);
  // Where only calls are missing, the one that is there is still seen to be wrong.
  const b = flow(build());
  b.respond(b.request('ada', { body: { date: undefined } }), 'ada', { status: 400 });
  b.barrier(['admin-service']);
  b.settled(false, ['a barrier']);
  expect(judge(invariant, b.history())).toMatch(/^violated/);
});

test('a request that an unfit event of the scenario led to is shown, not accused', () => {
  const poisoned = (by: string | undefined, correlated = true) =>
    trialOf({}, (b) => {
      b.emit('PURCHASE_CREATED', correlated ? 'ada' : 'zoe', {
        ...(by === undefined ? {} : { by }),
        value: { courseId: 'x' },
      });
      b.respond(b.request('ada', { body: { courseId: 'x' } }), 'ada', { status: 400 });
    });
  const { verdict, notes } = checkInvariant(invariant, poisoned('scenario'));
  expect([verdict, notes?.length]).toEqual(['holds', 1]);
  // The worker's own event is no excuse, nor is one of another payment.
  expect(judge(invariant, poisoned(undefined))).toMatch(/^violated/);
  const ofAnother = trialOf({}, (b) => {
    b.emit('PURCHASE_CREATED', 'zoe', { by: 'scenario', value: { courseId: 'x' } });
    b.respond(b.request('ada', { body: { date: '' } }), 'ada', { status: 400 });
  });
  expect(judge(invariant, ofAnother)).toMatch(/^violated/);
});

test('garbage never crashes the check', () => {
  const garbage: readonly unknown[] = [null, [], 1, 'x', { toString: 1 }, { data: { toString: 1 } }, { data: [null] }];
  for (const json of garbage) {
    expect(judge(invariant, answering({ json }))).toMatch(/^unknown/);
    expect(judge(invariant, changed({}, 'http.request', { json }))).toMatch(/^violated/);
  }
});

test('right courses never violate it', () =>
  fc.assert(
    fc.property(rightPlans(), (plan) => {
      expect(judge(invariant, perform(plan))).toBe('holds');
    }),
    runs(100),
  ));

test('a call is judged by its answer and its effects, however it was judged before and in whatever history', () => {
  const { events } = answering({ data: { trainerId: null } });
  const judged = (of: readonly HistoryEvent[]) => judge(invariant, openHistory(of));
  const ways = [events.filter(({ kind }) => kind !== 'http.response'), events];
  const apart = ways.map((way) => judged(structuredClone(way)));
  expect([...ways, ...ways].map(judged)).toEqual([...apart, ...apart]);
  expect(new Set(apart).size).toBe(2);
});

test('judged ahead, event by event, it comes to the same', () => {
  const { events } = answering({ data: { trainerId: null } });
  const apart = judge(invariant, openHistory(structuredClone(events)));
  events.forEach(createJudgingAhead(shippedContract));
  expect(judge(invariant, openHistory(events))).toBe(apart);
  expect(apart).not.toBe('holds');
});
