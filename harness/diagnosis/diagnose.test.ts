import { expect, test } from 'vitest';
import { BARRIER_SOURCES } from '../history/completeness.ts';
import type { BarrierSource } from '../history/events.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { STEP_NAMES, flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { CAUSE_IDS } from '../history/verdict.ts';
import type { CauseId } from '../history/verdict.ts';
import { CAUSES } from './catalogue.ts';
import { diagnose } from './diagnose.ts';
import { barrierAfter, causesOf, gone, inShort, logLine, waited } from './testing.ts';

test('every cause has its rule', () => expect(CAUSES.map(({ id }) => id).sort()).toEqual([...CAUSE_IDS].sort()));

test('a healthy course has no cause, wherever it is cut', () => {
  for (const until of STEP_NAMES) expect([until, inShort(causesOf({ until }))]).toEqual([until, '']);
  expect(inShort(causesOf({}))).toBe('');
});

test('all checks are answered, in the report’s order', () => {
  const [cause] = causesOf({ without: ['allocation'] });
  expect(cause?.checks.map(({ answer }) => answer)).toEqual([
    'its process runs, 1 member in its group',
    'yes',
    'PURCHASE_CREATED at purchase-created-0@0',
    'yes, by a worker; its effect is missing',
    '1 call',
    'answered 201; no allocation',
  ]);
});

test('what strikes several payments is listed once, ranked by the one that needs it most', () => {
  const b = build({ subjects: ['ada', 'ben', 'cem'] });
  flow(b, {}, 'cem');
  flow(b, { until: 'request' }, 'ada');
  flow(b, { until: 'request' }, 'ben');
  b.observed(() => gone()(b));
  const causes = diagnose(b.history());
  expect(inShort(causes)).toBe('worker-not-running');
  expect(causes[0]?.subject).toBeUndefined();
  expect(causes[0]?.message).toContain('(and the same for 1 more)');
});

test('different payments may have different causes', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, { until: 'created', without: ['confirmed'] }, 'ada');
  flow(b, { without: ['allocation', 'markCreated', 'announced', 'passCreated'] }, 'ben');
  b.observed();
  const causes = diagnose(b.history());
  expect(causes.map(({ id, rank, subject }) => [id, rank, subject])).toEqual([
    ['event-not-emitted', 1, 'ada'],
    ['api-failing', 2, 'ben'],
  ]);
});

test('a subject of which nothing happened yet has no cause', () => {
  const b = build();
  b.observed(() => gone()(b));
  expect(diagnose(b.history())).toEqual([]);
});

test('an inbox, which commits its offset at once and calls later, has no cause wherever it is observed', () => {
  const inbox: FlowOptions = {
    without: ['passCreated'],
    after: { created: (b, _, { created }) => void (created && b.commitOffset('allocation-worker', created)) },
  };
  for (const until of STEP_NAMES) expect([until, inShort(causesOf({ ...inbox, until }))]).toEqual([until, '']);
  const stored = { ...inbox, until: 'request' } as const;
  expect(inShort(causesOf(stored, (b) => barrierAfter(b, 60_000)))).toBe('');
  expect(inShort(causesOf(stored, waited))).toBe('api-not-called');
  expect(inShort(causesOf(stored, (b) => b.settled(false)))).toBe('');
  expect(inShort(causesOf(stored, (b) => b.settled()))).toBe('api-not-called');
});

test('the same for a purchase-worker that works from its inbox: nothing is missing that may still come', () => {
  const inbox: FlowOptions = {
    without: ['passConfirmed'],
    after: { confirmed: (b, _, { confirmed }) => void (confirmed && b.commitOffset('purchase-worker', confirmed)) },
  };
  for (const until of STEP_NAMES) expect([until, inShort(causesOf({ ...inbox, until }))]).toEqual([until, '']);
  const stored = { ...inbox, until: 'created' } as const;
  expect(inShort(causesOf(stored, (b) => barrierAfter(b, 60_000)))).toBe('');
  expect(inShort(causesOf(stored, waited))).toBe('event-not-emitted');
});

/** The smallest histories that prove each cause, and the sources without which it is not proven. */
const PROVEN: Readonly<Record<string, readonly [FlowOptions, (b: Build) => void, readonly BarrierSource[]]>> = {
  'topic-missing': [
    { until: 'created' },
    (b) => b.topics(['purchase-created']),
    ['postgres', 'kafka', 'offsets', 'admin-service'],
  ],
  'event-not-emitted': [
    {
      until: 'created',
      without: ['confirmed'],
      instead: { purchase: (b) => void b.purchase('ada', { writer: 'other' }) },
    },
    () => {},
    ['postgres', 'kafka', 'admin-service'],
  ],
  'worker-not-running': [{ until: 'request' }, gone(), ['postgres', 'kafka', 'offsets']],
  'guard-marked-without-allocation': [
    { without: ['request', 'allocation', 'announced'], until: 'passCreated' },
    () => {},
    ['postgres'],
  ],
  'event-not-consumed': [
    { until: 'request' },
    (b) => b.seen('allocation-worker', 'stopped'),
    ['postgres', 'kafka', 'offsets', 'admin-service'],
  ],
  'api-not-called': [
    { without: ['request', 'allocation', 'respond', 'markCreated', 'announced'] },
    waited,
    ['postgres', 'kafka', 'offsets', 'admin-service'],
  ],
  'api-failing': [
    {
      without: ['allocation'],
      until: 'markCreated',
      instead: { respond: (b, name, { call = 0 }) => void b.respond(call, name, { status: 500 }) },
    },
    () => {},
    ['postgres'],
  ],
};

test('every cause has its smallest proof', () => expect(Object.keys(PROVEN).sort()).toEqual([...CAUSE_IDS].sort()));

test.each(Object.entries(PROVEN))(
  '%s is proven by what it rests on, and by nothing less',
  (id, [options, seen, needs]) => {
    expect(causesOf(options, seen).map((cause) => cause.id)[0]).toBe(id);
    for (const source of BARRIER_SOURCES) {
      const b = flow(build(), options);
      b.observed(() => seen(b));
      b.barrier([source]);
      const found = diagnose(b.history()).map((cause) => cause.id);
      expect([source, found.includes(id as CauseId)]).toEqual([source, !needs.includes(source)]);
    }
  },
);

test('what the harness spoiled proves no cause', () => {
  for (const [options, seen] of Object.values(PROVEN)) {
    const causes = causesOf(options, (b) => {
      seen(b);
      b.add({ kind: 'trial.harness-error', source: 'trial', message: 'boom' });
    });
    expect(causes).toEqual([]);
  }
});

test('two dead workers are two stories, each of its own payment', () => {
  const b = build({ subjects: ['ada', 'ben', 'cem'] });
  flow(b, { until: 'request' }, 'ada');
  flow(b, { until: 'purchase' }, 'ben');
  flow(b, { until: 'purchase' }, 'cem');
  b.observed(() => {
    gone('purchase-worker')(b);
    gone()(b);
  });
  const causes = diagnose(b.history());
  expect(causes.map(({ id, rank, subject }) => [id, rank, subject])).toEqual([
    ['worker-not-running', 1, 'ada'],
    ['worker-not-running', 1, undefined],
  ]);
  expect(causes[0]?.message).not.toContain('purchase-worker');
  expect(causes[0]?.message).not.toContain('same for');
  expect(causes[1]?.message).toContain('purchase-worker has no live process');
  expect(causes[1]?.message).toContain('(and the same for 1 more)');
  expect(causes.map(({ checked }) => checked)).toEqual([
    { subject: 'ada', stage: 'allocation', role: 'allocation-worker' },
    { subject: 'ben', stage: 'purchase', role: 'purchase-worker' },
  ]);
});

test('answers of another kind are another story', () => {
  const b = build({ subjects: ['ada', 'ben', 'cem'] });
  for (const [name, status] of [
    ['ada', 500],
    ['ben', null],
    ['cem', 503],
  ] as const)
    flow(
      b,
      {
        until: 'markCreated',
        without: ['allocation'],
        instead: { respond: (each, _, { call = 0 }) => void each.respond(call, name, { status }) },
      },
      name,
    );
  b.observed();
  expect(
    diagnose(b.history()).map(({ id, rank, subject, message }) => [id, rank, subject, message.split(' to ')[0]]),
  ).toEqual([
    ['api-failing', 1, undefined, 'admin-service answered 500'],
    ['api-failing', 1, 'ben', 'admin-service gave no answer (reset)'],
  ]);
});

test('an undecided payment is not told in the sentence about a decided one', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, { until: 'purchase' }, 'ada');
  flow(b, { until: 'request' }, 'ben');
  b.observed(() => {
    gone('purchase-worker')(b);
    b.seen('allocation-worker', 'absent');
  });
  expect(diagnose(b.history()).map(({ id, rank, subject, undecided }) => [id, rank, subject, undecided])).toEqual([
    ['worker-not-running', 1, 'ada', undefined],
    ['worker-not-running', 2, 'ben', true],
    ['event-not-consumed', 2, 'ben', true],
  ]);
});

test('two undecided causes of two payments are not evidence for each other', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, { until: 'request' }, 'ada');
  flow(b, { until: 'request' }, 'ben');
  b.observed(() => {
    b.seen('allocation-worker', 'absent');
    // What is taken leaves one explanation alone, which is not proven.
    b.add(logLine(b, 'ada'));
    b.add(logLine(b, 'ben'));
  });
  expect(diagnose(b.history())).toEqual([]);
});

test('causes that stand behind one that rests on a missing source keep their order', () => {
  const b = flow(build(), PROVEN['event-not-emitted']?.[0]);
  b.observed(() => gone()(b));
  b.barrier(['offsets']);
  expect(inShort(diagnose(b.history()))).toBe('event-not-emitted');
});

test('a cause shows the questions of the stage it speaks of', () => {
  const questions = (options: FlowOptions, seen: (b: Build) => void) =>
    causesOf(options, seen).map(({ checks }) => checks.map(({ question }) => question));
  const [purchase] = questions({ until: 'purchase' }, (b) => b.seen('purchase-worker', 'stopped'));
  expect(purchase).toEqual([
    '1 is the purchase-worker running?',
    '2 does the topic purchase-confirmed exist?',
    '3 is PURCHASE_CONFIRMED of that payment in its topic?',
    '4 is PURCHASE_CONFIRMED marked in processed_events?',
    '5 is there a purchase of that student and course?',
    '6 is PURCHASE_CREATED of that student and course in its topic?',
  ]);
  const [allocation] = questions({ until: 'request' }, gone());
  expect(allocation?.slice(0, 2)).toEqual([
    '1 is the allocation-worker running?',
    '2 does the topic purchase-created exist?',
  ]);
  // Both are asked of the same payment and stage: a report may print them once.
  const both = causesOf({ without: ['allocation'] });
  expect(both.map(({ checked }) => checked)).toEqual(
    both.map(() => ({ subject: 'ada', stage: 'allocation', role: 'allocation-worker' })),
  );
  expect(both[0]?.checks).toEqual(both[1]?.checks);
});

test('the purchase’s questions are answered from its stage', () => {
  const [cause] = causesOf({ until: 'created' }, gone('purchase-worker'));
  expect(cause?.checks.map(({ answer }) => answer)).toEqual([
    'no process, 0 members in its group',
    'yes',
    'PURCHASE_CONFIRMED at purchase-confirmed-0@0',
    'no',
    'yes, by a worker',
    'no',
  ]);
});
