/** What causes and checks say, and by which events they prove it: exactly. */
import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { diagnose } from './diagnose.ts';
import { causesOf, connectedOnly, gone, inShort, start, waited } from './testing.ts';

const seqOf = (b: Build, kind: string): number => b.events.findLast((event) => event.kind === kind)?.seq ?? 0;
const fallback = (writer: string | null): FlowOptions => ({
  until: 'created',
  without: ['confirmed'],
  instead: { purchase: (b, name) => void b.purchase(name, { writer }) },
});
const consumed: FlowOptions = { without: ['purchase', 'created', 'granted', 'markConfirmed'], until: 'request' };

test('event-not-emitted names who wrote the row, or that the event was consumed', () => {
  const told = (options: FlowOptions, seen?: (b: Build) => void): string | undefined =>
    causesOf(options, seen)[0]?.message.replaceAll(/[0-9a-f]{8}/g, '#');
  const missing = 'no PURCHASE_CREATED of that student and course is in its topic';
  expect(told(fallback('payment-service'))).toBe(
    `purchase # of ada (payment #) was written by payment-service, and ${missing}`,
  );
  expect(told(fallback(null))).toBe(`purchase # of ada (payment #) was written by a worker, and ${missing}`);
  expect(told(consumed, waited)).toBe(`PURCHASE_CONFIRMED of ada (payment #) was consumed, and ${missing}`);
});

test('its evidence is the row, the event that was consumed, and the last barrier', () => {
  const b = flow(build(), fallback('payment-service'));
  b.barrier();
  b.observed();
  expect(diagnose(b.history())[0]?.evidence).toEqual([seqOf(b, 'postgres.commit'), seqOf(b, 'trial.barrier')]);
  const c = flow(build(), consumed);
  c.observed(() => waited(c));
  expect(diagnose(c.history())[0]?.evidence).toEqual([seqOf(c, 'kafka.record'), seqOf(c, 'trial.barrier')]);
});

test('rows of different writers, and none at all, are different stories', () => {
  const b = build({ subjects: ['ada', 'ben', 'cem'] });
  flow(b, fallback('payment-service'), 'ada');
  flow(b, fallback('another'), 'ben');
  flow(b, consumed, 'cem');
  b.observed(() => waited(b));
  expect(diagnose(b.history()).map(({ id, subject }) => `${id} of ${subject}`)).toEqual([
    'event-not-emitted of ada',
    'event-not-emitted of ben',
    'event-not-emitted of cem',
  ]);
  const c = build({ subjects: ['ada', 'ben'] });
  flow(c, fallback('payment-service'), 'ada');
  flow(c, fallback('payment-service'), 'ben');
  c.observed();
  expect(diagnose(c.history()).map(({ message }) => message)).toEqual([expect.stringContaining('same for 1 more')]);
});

test('that an event was consumed rests on the offsets as well', () => {
  for (const source of ['postgres', 'kafka', 'offsets'] as const) {
    const b = flow(build(), consumed);
    b.observed(() => waited(b));
    expect(inShort(diagnose(b.history()))).toBe('event-not-emitted');
    b.barrier([source]);
    expect([source, diagnose(b.history())]).toEqual([source, []]);
  }
});

test('the guard’s cause says what admin-service did, where it is the allocation’s', () => {
  const told = (options: FlowOptions, seen?: (b: Build) => void): string | undefined =>
    causesOf(options, seen)[0]?.message.replaceAll(/[0-9a-f]{8}/g, '#');
  const marked =
    'processed_events has PURCHASE_CREATED of ada (payment #), written by a worker, and there is no allocation';
  const uncalled: FlowOptions = { without: ['request', 'allocation', 'respond', 'announced'] };
  expect(told(uncalled)).toBe(`${marked}; admin-service was never called`);
  expect(told({ without: ['allocation'] })).toBe(`${marked}; admin-service answered 201`);
  expect(told({ without: ['allocation', 'respond'] })).toBe(`${marked}; admin-service has not answered yet`);
  expect(told({ without: ['purchase', 'created', 'granted'], until: 'request' })).toBe(
    'processed_events has PURCHASE_CONFIRMED of ada (payment #), written by a worker, and there is no purchase',
  );
  const b = flow(build(), uncalled);
  b.barrier(['admin-service']);
  expect(diagnose(b.history())[0]?.message).toContain('whether admin-service was called for it is not known');
});

test('the guard’s evidence is the row, the commit past the event, and the answer', () => {
  const b = flow(build(), { without: ['allocation'], until: 'announced' });
  const answer = seqOf(b, 'http.response');
  const record = b.history().pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED')?.record;
  const mark = seqOf(b, 'postgres.commit');
  const commit = record === undefined ? 0 : b.commitOffset('allocation-worker', record);
  b.observed();
  expect(diagnose(b.history())[0]?.evidence).toEqual([answer, mark, commit]);
  const c = flow(build(), { without: ['purchase', 'created', 'granted'], until: 'passConfirmed' });
  c.observed();
  expect(diagnose(c.history())[0]?.evidence).toEqual([seqOf(c, 'postgres.commit')]);
});

test('a guard of the purchase’s rests on every record, of somebody else’s on everything', () => {
  const own: FlowOptions = { without: ['purchase', 'created', 'granted'], until: 'request' };
  const others: FlowOptions = {
    ...own,
    without: [...(own.without ?? []), 'markConfirmed'],
    after: { confirmed: (b, name) => void b.mark('PURCHASE_CONFIRMED', name, 'payment-service') },
  };
  const lost = (options: FlowOptions): readonly string[] =>
    (['postgres', 'kafka', 'offsets', 'admin-service'] as const).filter((source) => {
      const b = flow(build(), options);
      b.observed(() => waited(b));
      expect(inShort(diagnose(b.history()))).toBe('guard-marked-without-allocation');
      b.barrier([source]);
      return diagnose(b.history()).length === 0;
    });
  expect(lost(own)).toEqual(['postgres', 'kafka']);
  expect(lost(others)).toEqual(['postgres', 'kafka', 'offsets', 'admin-service']);
  // A call alone does not make it the allocation's while records may be missing.
  const b = flow(build(), { without: ['created', 'granted', 'allocation'] });
  b.barrier(['kafka']);
  expect(diagnose(b.history())).toEqual([]);
});

test('worker-not-running says who is dead, and who is still in the group', () => {
  const emitted: FlowOptions = { until: 'request' };
  const told = (options: FlowOptions, seen: (b: Build) => void) => causesOf(options, seen)[0]?.message;
  expect(told(emitted, gone())).toBe(
    'allocation-worker has no live process and trainer-allocation-workers has no member',
  );
  expect(told({ until: 'purchase' }, (b) => (gone()(b), gone('purchase-worker')(b)))).toBe(
    'purchase-worker has no live process and purchase-creation-workers has no member; allocation-worker has no live process and trainer-allocation-workers has no member',
  );
  const dead =
    (n: number) =>
    (b: Build): void => {
      b.seen('allocation-worker', 'absent');
      b.members('allocation-worker', n);
    };
  expect(told(emitted, dead(1))).toBe(
    'allocation-worker has no live process, but trainer-allocation-workers still has 1 member',
  );
  expect(told(emitted, dead(2))).toContain('still has 2 members');
  // A worker that runs is not in it.
  expect(inShort(causesOf(emitted, (b) => b.members('allocation-worker', 0)))).toBe('event-not-consumed');
  expect(inShort(causesOf({ until: 'purchase' }, (b) => b.seen('purchase-worker', 'absent')))).toBe(
    'worker-not-running?, event-not-consumed?',
  );
});

test('its latest start counts for what it died of', () => {
  const causes = causesOf({ until: 'created' }, (b) => {
    start(b, 'allocation-worker', false);
    b.add({ kind: 'kafka.topic-deleted', source: 'harness', topic: 'purchase-created' });
    start(b, 'purchase-worker', false);
    b.topics(['purchase-created']);
    gone()(b);
  });
  expect(inShort(causes)).toBe('topic-missing, worker-not-running');
  const again = causesOf({ until: 'created' }, (b) => {
    start(b, 'allocation-worker', false);
    b.add({ kind: 'kafka.topic-deleted', source: 'harness', topic: 'purchase-created' });
    start(b, 'allocation-worker', false);
    b.topics(['purchase-created']);
    gone()(b);
  });
  expect(inShort(again)).toBe('topic-missing, worker-not-running<topic-missing');
});

test('both topics that are missing are named', () =>
  expect(causesOf({ until: 'purchase' }, (b) => b.topics(['purchase-created', 'purchase-confirmed']))[0]?.message).toBe(
    'the topic purchase-created and purchase-confirmed does not exist, and the broker makes none by itself',
  ));

/** The answers to the six questions about the first cause. */
const answers = (options: FlowOptions, seen?: (b: Build) => void) =>
  causesOf(options, seen)[0]?.checks.map(({ answer }) => answer);

test('every check tells its answer, where it was read, and by which events', () => {
  const b = flow(build(), { without: ['allocation'], until: 'passCreated' });
  b.observed();
  const [cause] = diagnose(b.history());
  const seqs = (kind: string): readonly number[] => b.events.flatMap((e) => (e.kind === kind ? [e.seq] : []));
  const record = b.history().pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED')?.record.seq;
  expect(cause?.checks).toEqual([
    {
      question: '1 is the allocation-worker running?',
      answer: 'its process runs, 1 member in its group',
      readFrom: 'the process, and the members of trainer-allocation-workers as the coordinator described them',
      evidence: [seqs('process.seen').at(-1), seqs('offsets.group-described').at(-1)],
    },
    {
      question: '2 does the topic purchase-created exist?',
      answer: 'yes',
      readFrom: 'the list of topics',
      evidence: seqs('kafka.topics'),
    },
    {
      question: '3 is PURCHASE_CREATED of that student and course in its topic?',
      answer: 'PURCHASE_CREATED at purchase-created-0@0',
      readFrom: 'every record of purchase-created, up to its end',
      evidence: [record],
    },
    {
      question: '4 is PURCHASE_CREATED marked in processed_events?',
      answer: 'yes, by a worker; its effect is missing',
      readFrom: 'the changes of processed_events, by correlation id and type',
      evidence: seqs('postgres.commit').slice(-1),
    },
    {
      question: '5 did admin-service get the call?',
      answer: '1 call',
      readFrom:
        "admin-service's connections and calls, by correlation id where they carry one, else by student and course",
      evidence: seqs('http.request'),
    },
    {
      question: '6 what did it answer, and is there an allocation?',
      answer: 'answered 201; no allocation',
      readFrom: expect.stringMatching(
        /^admin-service's answers, and the changes of trainer_allocations of ada/,
      ) as string,
      evidence: seqs('http.response'),
    },
  ]);
});

test('what is not known is said to be so', () => {
  const twice = {
    until: 'request',
    after: { created: (b: Build) => void b.emit('PURCHASE_CREATED', 'ada', { eventId: 'x' }) },
  } as const;
  expect(answers(twice, (b) => b.seen('allocation-worker', 'stopped'))?.slice(0, 3)).toEqual([
    'its process is stopped, 1 member in its group',
    'yes',
    'PURCHASE_CREATED at purchase-created-0@0 and 1 time more',
  ]);
  // Before anybody looked, an error answer alone proves.
  const b = flow(build(), {
    until: 'markCreated',
    without: ['created', 'allocation'],
    instead: { respond: (each, name, { call = 0 }) => void each.respond(call, name, { status: 500 }) },
  });
  const checks = diagnose(b.history())[0]?.checks;
  expect(checks?.map(({ answer }) => answer)).toEqual([
    'not known, members not known',
    'not known',
    'not seen, and the topic was not read to its end',
    'no',
    '1 call',
    'answered 500; no allocation',
  ]);
  expect(checks?.[2]?.readFrom).toBe('every record of purchase-created');
});

test('the purchase’s checks tell who wrote what, and that the effect is there', () => {
  const options: FlowOptions = {
    until: 'created',
    after: { confirmed: (b, name) => void b.mark('PURCHASE_CONFIRMED', name, 'payment-service') },
  };
  const b = flow(build(), options);
  const purchase = seqOf(b, 'postgres.commit');
  b.observed(() => gone('purchase-worker')(b));
  const checks = diagnose(b.history())[0]?.checks;
  expect(checks?.map(({ answer }) => answer)).toEqual([
    'no process, 0 members in its group',
    'yes',
    'PURCHASE_CONFIRMED at purchase-confirmed-0@0',
    'yes, by payment-service; its effect is there',
    'yes, by a worker',
    'no',
  ]);
  expect(checks?.[4]).toMatchObject({
    readFrom: expect.stringMatching(/^the changes of student_course_purchases of ada/) as string,
    evidence: [purchase],
  });
  const by = { ...options, instead: { purchase: (each: Build) => void each.purchase('ada', { writer: 'another' }) } };
  expect(answers(by, gone('purchase-worker'))?.[4]).toBe('yes, by another');
  expect(answers({ until: 'purchase' }, gone('purchase-worker'))?.[4]).toBe('no');
});

test('connections without a request are told beside the calls that there are not', () => {
  const [cause] = causesOf({ until: 'request' }, connectedOnly);
  expect(cause?.checks[4]?.answer).toBe('no request, 1 connection without a request');
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, { until: 'request' }, 'ben');
  flow(b, { until: 'request' }, 'ada');
  b.observed(() => {
    connectedOnly(b);
    gone()(b);
  });
  const [dead] = diagnose(b.history());
  expect(dead?.checks[4]).toMatchObject({
    answer: 'no request, 1 connection without a request, for it or another',
    evidence: [seqOf(b, 'http.connected')],
  });
});
