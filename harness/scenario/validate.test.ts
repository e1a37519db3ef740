import { describe, expect, test } from 'vitest';
import { formatProblem } from '../base/problems.ts';
import type { Scenario } from './types.ts';
import { scenarioProblems } from './validate.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const valid: Scenario = {
  name: 'everything',
  title: 'Uses every part of the vocabulary.',
  tags: ['a', 'b-c'],
  given: {
    subjects: {
      ada: {
        ids: {
          paymentId: '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
          studentId: '809556c1-e184-4b85-8fd6-a5f1c8014bf6',
          courseId: 'ebefde63-8a3a-4d45-a594-c04275a03092',
        },
        purchaseTier: 20,
        booking: false,
        mayDeadLetter: true,
      },
      ben: {},
    },
  },
  faults: [
    { kind: 'worker-stopped', worker: 'allocation-worker' },
    { kind: 'worker-paused', worker: 'allocation-worker' },
    { kind: 'worker-killed', worker: 'purchase-worker', when: { callOpen: { subject: 'ada' } } },
    { kind: 'worker-terminated', worker: 'purchase-worker', when: { fired: { fault: 'writes-held' } } },
    {
      kind: 'worker-restarted',
      worker: 'allocation-worker',
      when: { lasted: { what: { signalled: { worker: 'allocation-worker', signal: 'SIGTERM' } }, ms: 1 } },
    },
    {
      kind: 'writes-held',
      worker: 'purchase-worker',
      table: 'processed_events',
      until: { exited: { worker: 'purchase-worker', by: 'anyone' } },
    },
    { kind: 'api-behaviour', behaviour: 'slow', subject: 'ada', times: 1, until: { always: true } },
    { kind: 'worker-misconfigured', worker: 'allocation-worker', setting: 'new-group', start: 'after-act' },
    { kind: 'topic-missing', topic: 'purchase-created', heal: 'create-only' },
    { kind: 'api-behaviour', behaviour: 'fails', subject: 'ada', times: 3, status: 503 },
    { kind: 'api-behaviour', behaviour: 'late-commit', subject: 'ben', delayMs: 200 },
    { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ben', writer: 'payment-service' },
    { kind: 'bytes-withheld', worker: 'allocation-worker', upstream: 'admin-service' },
    { kind: 'upstream-away', workers: ['purchase-worker'], upstream: 'kafka' },
  ],
  act: [
    { do: 'pay', subjects: ['ada', 'ben'] },
    {
      do: 'tell',
      event: 'PURCHASE_CONFIRMED',
      subjects: ['ben'],
      fields: { amountCents: 1 },
      eventId: 'again',
      partition: 0,
    },
    { do: 'write-purchase', subject: 'ada' },
    { do: 'emit-purchase-created', subject: 'ada', eventId: 'recovery', partition: 2 },
    { do: 'publish-raw', topic: 'dead-letter-queue', subject: 'ada', value: '' },
    { do: 'wait', until: { always: true }, deadlineMs: 5 },
  ],
  observeUntil: {
    all: [
      { any: [{ decided: { worker: 'purchase-worker' } }, { passed: { worker: 'purchase-worker', subject: 'ada' } }] },
      { not: { marked: { event: 'PURCHASE_CREATED', by: 'anyone' } } },
      { requested: { atLeast: 2 } },
      { answered: { status: 201 } },
      { connected: { worker: 'allocation-worker', upstream: 'kafka', refused: true } },
      { emitted: { event: 'TRAINER_ALLOCATED' } },
      { deadLettered: {} },
      { row: { table: 'trainer_allocations' } },
      { exited: { worker: 'allocation-worker' } },
    ],
  },
  observeAt: 'condition',
  observeDeadlineMs: 1,
  during: [
    { when: { always: true }, causes: 'any' },
    {
      when: { always: true },
      causes: [{ id: 'api-failing', consequenceOf: 'topic-missing', optional: true, writer: 'x' }],
    },
  ],
  heal: [{ do: 'wait', until: { always: true } }],
  after: [{ must: { not: { emitted: { event: 'TRAINER_ALLOCATED' } } }, message: 'nothing is announced' }],
  settleDeadlineMs: 1,
  restart: 'never',
  primeOffsets: false,
  removeDeadMembers: false,
};

const problems = (value: unknown): string[] =>
  scenarioProblems(value, pipelineOf(shippedPipeline)).map((problem) => formatProblem(problem, value));

test('the whole vocabulary is accepted, and survives JSON', () => {
  expect(problems(valid)).toEqual([]);
  expect(problems(JSON.parse(JSON.stringify(valid)))).toEqual([]);
});

/** The valid scenario with some of its keys replaced, whatever their type. */
const withKeys = (changes: Readonly<Record<string, unknown>>): unknown => ({ ...valid, ...changes });

test('only what begins a way is told by the outside world', () => {
  const told = (event: string) =>
    scenarioProblems({ ...valid, act: [{ do: 'tell', event, subjects: ['ada'] }] }, pipelineOf(shippedPipeline)).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  expect(told('PURCHASE_CONFIRMED')).toEqual([]);
  expect(told('PURCHASE_CREATED')).toEqual([
    'act.0.event: must be one that the outside world tells: PURCHASE_CONFIRMED',
  ]);
});

test('nobody marks a guard early that takes no such row', () => {
  const fault = { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ada', writer: 'somebody' };
  const minimal = { name: 'n', title: 't', tags: [], given: { subjects: { ada: {} } }, act: [] };
  const of = (guard: PipelineDeclaration['guard']) =>
    scenarioProblems({ ...minimal, faults: [fault] }, pipelineOf({ ...shippedPipeline, guard })).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  expect(of(shippedPipeline.guard)).toEqual([]);
  expect(of({ ...shippedPipeline.guard, closed: true })).toEqual([
    'faults.0.kind: cannot be: guard.closed of the pipeline says that processed_events takes no such row',
  ]);
});

test('what one pipeline declares as an act means nothing to another', () => {
  const minimal = { name: 'n', title: 't', tags: [], given: { subjects: { ada: {} } }, faults: [] };
  const of = (pipeline: PipelineDeclaration) =>
    scenarioProblems({ ...minimal, act: [{ do: 'pay', subjects: ['ada'] }] }, pipelineOf(pipeline)).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  expect(of(shippedPipeline)).toEqual([]);
  const { pay: _, ...others } = shippedPipeline.acts;
  expect(of({ ...shippedPipeline, acts: others })).toEqual([
    'act.0.do: allowed: tell, publish-raw, wait, write-purchase, emit-purchase-created',
  ]);
  expect(of(orderToShipment)).toEqual(['act.0.do: allowed: tell, publish-raw, wait']);
});

describe('an act whose declaration does not tell what it takes', () => {
  const minimal = { name: 'n', title: 't', tags: [], given: { subjects: { ada: {} } }, faults: [] };
  const acts = { pay: { about: 'PURCHASE_CONFIRMED', as: 'payment-service' } } as const;
  const untold = pipelineOf({ ...shippedPipeline, acts });
  const of = (step: object, pipeline: Pipeline | undefined) =>
    scenarioProblems({ ...minimal, act: [{ do: 'pay', ...step }] }, pipeline).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );

  test.each([
    { subjects: ['ada'] },
    { subject: 'ada', eventId: 'recovery' },
    { subjects: ['ada'], eventId: 'again', partition: 2 },
  ])('may have %j', (step) => {
    expect([of(step, untold), of(step, undefined)]).toEqual([[], []]);
  });

  test.each([
    [{}, 'act.0.subjects: give it, or subject'],
    [{ subject: 'ada', subjects: ['ada'] }, 'act.0.subjects: stands beside subject: give one of them'],
    [{ subject: ['ada'] }, 'act.0.subject: must be a text'],
    [{ subjects: 'ada' }, 'act.0.subjects: must be a list'],
    [{ subjects: [] }, 'act.0.subjects: needs at least 1'],
  ])('may not have %j, whichever the pipeline', (step, problem) => {
    expect([of(step, untold), of(step, undefined)]).toEqual([[problem], [problem]]);
  });

  test('asks of the id what is known to be asked', () => {
    const step = { subjects: ['ada'], eventId: 'agian' };
    expect(of(step, untold)).toEqual(['act.0.eventId: allowed: fresh, again, recovery (did you mean again?)']);
    // Another pipeline may have a word of its own.
    expect(of(step, undefined)).toEqual([]);
  });
});

test('a step with an act says what its declaration has it take', () => {
  const minimal = { name: 'n', title: 't', tags: [], given: { subjects: { ada: {} } }, faults: [] };
  const of = (step: object, pipeline: PipelineDeclaration | undefined) =>
    scenarioProblems({ ...minimal, act: [step] }, pipeline && pipelineOf(pipeline)).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  const acts = { pay: { about: 'PURCHASE_CONFIRMED', as: 'payment-service' } };
  const fixed = { do: 'write-purchase', subject: 'ada', partition: 1 };
  expect(of(fixed, shippedPipeline)).toEqual(['act.0.partition: unknown key; allowed: do, subject']);
  expect(of({ do: 'pay', subjects: ['ada'], eventId: 'recovery' }, shippedPipeline)[0]).toContain(
    'act.0.eventId: allowed: fresh, again',
  );
  // As stored histories have it, from before it was told.
  expect(of({ do: 'pay', subjects: ['ada'], eventId: 'again' }, { ...shippedPipeline, acts })).toEqual([]);
  // Of whichever pipeline.
  expect(of(fixed, undefined)).toEqual([]);
  expect(of({ do: 'pay', subjects: ['eve'] }, undefined)[0]).toContain('no such subject');
  expect(of({ do: 'tell', event: 'X' }, undefined)).toEqual(['act.0.subjects: must be a list']);
  expect(scenarioProblems({ ...minimal, act: [{ do: 'pay', subject: 'ada', amount: 1 }] }, undefined)).toEqual([
    {
      path: ['act', 0, 'amount'],
      message: 'unknown key; allowed: do, subject, subjects, eventId, partition',
      isUnknownKey: true,
    },
  ]);
});

describe('errors name key, value and what is allowed', () => {
  test.each([
    [
      'an unknown kind',
      { faults: [{ kind: 'worker-stoped', worker: 'x' }] },
      /^faults\[0\]\.kind: "worker-stoped": allowed: .*upstream-away.*did you mean worker-stopped/,
    ],
    [
      'a wrong worker',
      { faults: [{ kind: 'worker-paused', worker: 'worker' }] },
      /^faults\[0\]\.worker: "worker": allowed: purchase-worker, allocation-worker/,
    ],
    [
      'a setting without meaning',
      { faults: [{ kind: 'api-behaviour', behaviour: 'hangs', subject: 'ada', status: 500 }] },
      'faults[0].status: 500: means nothing for hangs; allowed for: fails, refuses',
    ],
    [
      'a call that is held by a time and by a condition',
      {
        faults: [{ kind: 'api-behaviour', behaviour: 'slow', subject: 'ada', delayMs: 5, until: { always: true } }],
      },
      /^faults\[0\]\.until: .*stands instead of delayMs: give one of them/,
    ],
    [
      'a fault that nobody knows, in a condition',
      { observeUntil: { fired: { fault: 'worker-terminatd' } } },
      /^observeUntil\.fired\.fault: "worker-terminatd": allowed: .*did you mean worker-terminated/,
    ],
    [
      'an unknown step',
      { act: [{ do: 'pya', subjects: ['ada'] }] },
      /^act\[0\]\.do: "pya": allowed: tell, .*did you mean pay/,
    ],
    [
      'a partition',
      { act: [{ do: 'emit-purchase-created', subject: 'ada', partition: 3 }] },
      'act[0].partition: 3: must be at most 2',
    ],
    [
      'an unknown key',
      { observUntil: { always: true } },
      /^observUntil: .*unknown key; allowed: name, .*did you mean observeUntil/,
    ],
    [
      'an unknown condition',
      { observeUntil: { all: [{ decied: {} }] } },
      /^observeUntil\.all\[0\]\.decied: \{\}: unknown condition; allowed: always, .*did you mean decided/,
    ],
    [
      'inside a condition',
      { observeUntil: { not: { any: [{ marked: { event: 'PURCHASE' } }] } } },
      /^observeUntil\.not\.any\[0\]\.marked\.event: "PURCHASE": allowed: PURCHASE_CONFIRMED, /,
    ],
    [
      'an unknown key in a condition',
      { during: [{ when: { requested: { times: 2 } }, causes: 'any' }] },
      'during[0].when.requested.times: 2: unknown key; allowed: subject, atLeast',
    ],
    [
      'two conditions in one',
      { observeUntil: { callOpen: {}, deadLettered: {} } },
      /^observeUntil: .*must be an object with one key; allowed: always, all/,
    ],
    [
      'a table that is not recorded for subjects',
      { observeUntil: { row: { table: 'payments' } } },
      'observeUntil.row.table: "payments": allowed: student_course_purchases, trainer_allocations, processed_events',
    ],
    [
      'a cause',
      { during: [{ when: { always: true }, causes: [{ id: 'api-down' }] }] },
      /^during\[0\]\.causes\[0\]\.id: "api-down": allowed: worker-not-running, /,
    ],
    [
      'causes of a wrong type',
      { during: [{ when: { always: true }, causes: 'none' }] },
      'during[0].causes: "none": must be "any", or must be a list of { id }',
    ],
    ['a name', { name: 'Every Thing' }, 'name: "Every Thing": must be lower-case words joined by "-"'],
    [
      'a missing key',
      { title: undefined },
      'title: missing: undefined is not allowed: leave the key out; a scenario is plain JSON data',
    ],
    ['no subject', { given: { subjects: {} } }, 'given.subjects: {}: must name at least one subject'],
    [
      'a tier',
      { given: { subjects: { ada: { purchaseTier: 15 }, ben: {} } } },
      'given.subjects.ada.purchaseTier: 15: allowed: 10, 20, 30',
    ],
    [
      'an id',
      { given: { subjects: { ada: { ids: { paymentId: 'X', studentId: 'x', courseId: 'x' } }, ben: {} } } },
      /^given\.subjects\.ada\.ids\.paymentId: "X": must be a lower-case UUID/,
    ],
  ])('%s', (_, changes, expected) => {
    const [first] = problems(withKeys(changes));
    if (typeof expected === 'string') expect(first).toBe(expected);
    else expect(first).toMatch(expected);
  });

  test('a key that is not there', () => {
    const { title: _, ...rest } = valid;
    expect(problems(rest)).toEqual(['title: missing: must be a text']);
  });

  test('a value that is no object', () => {
    expect(problems('x')).toEqual(['(the whole): "x": must be an object']);
  });
});

describe('references', () => {
  test('every place that names a subject', () => {
    const found = problems(
      withKeys({
        faults: [
          { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'adda', writer: 'x' },
          { kind: 'worker-killed', worker: 'purchase-worker', when: { callOpen: { subject: 'f' } } },
        ],
        act: [{ do: 'pay', subjects: ['ada', 'p'] }],
        observeUntil: { not: { deadLettered: { subject: 'o' } } },
        during: [{ when: { callOpen: { subject: 'd' } }, causes: 'any' }],
        heal: [{ do: 'write-purchase', subject: 'h' }],
        after: [{ must: { callOpen: { subject: 'a' } }, message: 'm' }],
      }),
    );
    expect(found.map((line) => line.split(':')[0])).toEqual([
      'faults[0].subject',
      'faults[1].when.callOpen.subject',
      'act[0].subjects[1]',
      'observeUntil.not.deadLettered.subject',
      'during[0].when.callOpen.subject',
      'heal[0].subject',
      'after[0].must.callOpen.subject',
    ]);
    expect(found[0]).toBe(
      'faults[0].subject: "adda": no such subject under given.subjects; allowed: ada, ben (did you mean ada?)',
    );
  });

  test('a mark of a service, which would count as a worker’s doing', () => {
    const fault = { kind: 'guard-marked', event: 'PURCHASE_CREATED', subject: 'ada', writer: 'admin-service' };
    expect(problems(withKeys({ faults: [fault] }))[0]).toContain(
      'faults[0].writer: "admin-service": must be another one',
    );
  });

  test('a subject that shares the student of one that is not before it', () => {
    const subjects = (all: object): unknown => withKeys({ given: { subjects: all } });
    expect(problems(subjects({ ada: {}, ben: { sameStudentAs: 'ada' } }))).toEqual([]);
    expect(problems(subjects({ ada: { sameStudentAs: 'ben' }, ben: {} }))[0]).toContain(
      'given.subjects.ada.sameStudentAs: "ben": must name a subject before it: there is none',
    );
    expect(problems(subjects({ ada: {}, ben: { sameStudentAs: 'ben' } }))[0]).toContain('before it: ada');
  });

  test('two subjects with one payment', () => {
    const ada = valid.given.subjects['ada'];
    expect(problems(withKeys({ given: { subjects: { ada, ben: ada } } }))[0]).toContain(
      'given.subjects.ben.ids.paymentId: "1fa90c93-ea40-4ba9-a7bf-4ed47e735b91": another subject has this payment',
    );
  });
});

describe('plain data', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  test.each([
    [new Date(0), /^title: .*an instance of Date/],
    [() => 1, 'title: a function: a function is not allowed; a scenario is plain JSON data'],
    [Number.NaN, /^title: NaN: must be a finite number/],
    [1n, /^title: 1: a bigint/],
    [new Map(), /an instance of Map/],
    [loop, /^title\.self: .*contains itself/],
  ])('%s', (title, expected) => {
    const [first] = problems(withKeys({ title }));
    if (typeof expected === 'string') expect(first).toBe(expected);
    else expect(first).toMatch(expected);
  });
});
