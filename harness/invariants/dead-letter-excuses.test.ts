/** What excuses a dead-letter record excuses only what it fits. */
import { expect, test } from 'vitest';
import { openHistory } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import { storedHistory } from '../history/testing/stored.ts';
import { checkInvariant } from './testing.ts';
import { deadLetterOnce as invariant } from './dead-letter-once.ts';

const GROUP = 'trainer-allocation-workers';
const member = (id: string) => ({ memberId: id, clientId: 'allocation-worker' });
let position = 100;
const changed = (b: Build, ...ids: readonly string[]): number =>
  b.add({
    kind: 'offsets.group-changed',
    source: 'offsets',
    position: (position += 1),
    group: GROUP,
    generation: position,
    members: ids.map(member),
  });
const connected = (b: Build, upstream: 'kafka' | 'postgres', worker = 'allocation-worker', at?: number) =>
  b.add({ kind: 'wire.connected', source: 'wire', worker, upstream, connection: 9 }, at);

/** Shapes of what is accused and of what is noted. */
const told = (does: (b: Build) => void, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  b.ended();
  const { verdict, findings, notes = [] } = checkInvariant(invariant, b.history());
  return {
    accused: verdict === 'violated' ? findings.map(({ shape }) => shape) : [],
    noted: notes.map(({ shape }) => shape),
    verdict,
  };
};

const created = (b: Build, name = 'ada') => b.emit('PURCHASE_CREATED', name, { by: 'payment-service' });

/** Dead-lettered twice, with these things before the first and between the two. */
const repeated = (
  between: (b: Build) => void,
  before: (b: Build) => void = () => {},
  times = 2,
  options: BuildOptions = {},
) =>
  told(
    (b) => {
      changed(b, 'm1');
      b.phase('act');
      const event = created(b);
      before(b);
      b.deadLetter(event);
      between(b);
      for (let i = 1; i < times; i += 1) b.deadLetter(event);
    },
    { ...options, acting: false },
  );

const evict = (b: Build): void => void changed(b);
const evictAndReturn = (b: Build): void => void [changed(b), changed(b, 'm2')];

test.each<[string, (b: Build) => void]>([
  ['evicted', evict],
  ['evicted, and back under another id', evictAndReturn],
  ['replaced at one stroke', (b) => changed(b, 'm2')],
])('a worker that was silent for too long is excused by nothing: %s', (_, between) => {
  expect(repeated(between)).toMatchObject({ accused: ['twice'] });
  // The eviction may be recorded before the letter, and the return after it.
  expect(repeated(() => {}, between)).toMatchObject({ accused: ['twice'] });
});

test.each<[string, (b: Build) => void]>([
  ['it exited', (b) => b.exited('allocation-worker')],
  ['it was started', (b) => b.add({ kind: 'process.started', source: 'process', worker: 'allocation-worker', pid: 2 })],
  ['it was stopped', (b) => b.signalled('allocation-worker', 'SIGSTOP')],
  ['it was seen stopped', (b) => b.seen('allocation-worker', 'stopped')],
  [
    'its connection was refused',
    (b) =>
      b.add({ kind: 'wire.refused', source: 'wire', worker: 'allocation-worker', upstream: 'kafka', connection: 1 }),
  ],
  ['a fault cut it off', (b) => b.fired('bytes-withheld', 'allocation-worker to kafka')],
  ['it was removed', (b) => b.add({ kind: 'offsets.member-removed', source: 'harness', group: GROUP, memberId: 'm1' })],
  ['it connected anew', (b) => connected(b, 'kafka')],
])('a member that was lost because %s excuses one repeat', (_, why) => {
  const between = (b: Build): void => {
    why(b);
    evict(b);
  };
  expect(repeated(between)).toMatchObject({ accused: [], noted: ['twice-but-interrupted'] });
});

test.each<[string, (b: Build) => void]>([
  ['the other worker exited', (b) => b.exited('purchase-worker')],
  ['the other worker was stopped', (b) => b.signalled('purchase-worker', 'SIGSTOP')],
  ['the other worker was cut off', (b) => b.fired('bytes-withheld', 'purchase-worker to kafka')],
  ['it went on', (b) => b.signalled('allocation-worker', 'SIGCONT')],
  ['it was seen running', (b) => b.seen('allocation-worker', 'running')],
  ['it connected to PostgreSQL', (b) => connected(b, 'postgres')],
  ['the other worker connected', (b) => connected(b, 'kafka', 'purchase-worker')],
  [
    'a member of another group was removed',
    (b) =>
      b.add({
        kind: 'offsets.member-removed',
        source: 'harness',
        group: 'purchase-creation-workers',
        memberId: 'm1',
      }),
  ],
])('a member that was lost while %s was silent all the same', (_, beside) => {
  const between = (b: Build): void => {
    beside(b);
    evict(b);
  };
  expect(repeated(between)).toMatchObject({ accused: ['twice'] });
});

test('a connection that was provably made before the first letter is nobody new', () => {
  const longBefore = (b: Build): void => void connected(b, 'kafka', 'allocation-worker', b.events.length - 10);
  expect(repeated(evict, longBefore)).toMatchObject({ accused: ['twice'] });
  // With clocks of their own nothing proves it.
  expect(repeated(evict, longBefore, 2, { sharedClock: false })).toMatchObject({ accused: [] });
  const beforeTheAct = told(
    (b) => {
      connected(b, 'kafka');
      changed(b, 'm1');
      b.phase('act');
      const event = created(b);
      b.deadLetter(event);
      evict(b);
      b.deadLetter(event);
    },
    { acting: false, sharedClock: false },
  );
  expect(beforeTheAct).toMatchObject({ accused: ['twice'] });
});

test('a connection excuses that is recorded before the letter after which it was made', () => {
  // A letter is read some time after it was written; its worker does not wait for that.
  const soonAfter = (b: Build): void => void connected(b, 'kafka', 'allocation-worker', b.events.length + 10);
  expect(repeated(evict, soonAfter)).toMatchObject({ accused: [], noted: ['twice-but-interrupted'] });
  // Within the clocks' resolution.
  expect(repeated(evict, (b) => void connected(b, 'kafka'))).toMatchObject({ accused: [] });
  // A letter of after its own arrival was not timed by this clock.
  const timed = (ms: number) =>
    told(
      (b) => {
        changed(b, 'm1');
        b.phase('act');
        const event = created(b);
        connected(b, 'kafka', 'allocation-worker', b.events.length - 10);
        const letter = b.deadLetter(event);
        b.events[letter.seq - 1] = { ...letter, timestamp: letter.timestamp + ms };
        evict(b);
        b.deadLetter(event);
      },
      { acting: false },
    );
  expect([timed(0).accused, timed(1000).accused]).toEqual([['twice'], []]);
});

test('a further member, or a rebalance that took nobody, is a reason of its own', () => {
  expect(repeated((b) => void changed(b, 'm1', 'm2'))).toMatchObject({ accused: [] });
  expect(repeated((b) => void changed(b, 'm1'))).toMatchObject({ accused: [] });
});

test('each interruption explains one repeat, and a fault that lasts any number', () => {
  const exit = (b: Build): void => void b.exited('allocation-worker');
  expect(repeated(exit, exit, 3)).toMatchObject({ accused: [] });
  expect(repeated(exit, undefined, 3)).toMatchObject({ accused: ['twice'] });
  const cut = (b: Build): void => void b.fired('upstream-away', 'allocation-worker to postgres');
  expect(repeated(cut, undefined, 9)).toMatchObject({ accused: [] });
});

test('how admin-service answers breaks no connection', () => {
  const answers = (b: Build): void =>
    void b.add({
      kind: 'fault.fired',
      source: 'fault',
      fault: 1,
      faultKind: 'api-behaviour',
      target: 'auto-assign for ada',
      detail: 'x',
      upstream: 'admin-service',
      subject: 'ada',
    });
  expect(repeated(answers)).toMatchObject({ accused: ['twice'] });
});

test('the documented delays are judged as the shortened ones: evicted in between or not, it was dead-lettered twice', () => {
  for (const name of ['incident-documented/two-purchases-evicted', 'incident/two-purchases'])
    expect(checkInvariant(invariant, storedHistory(name))).toMatchObject({
      verdict: 'violated',
      findings: [{ shape: 'twice', worker: 'allocation-worker', subject: 'ada' }],
    });
});

const early = (does: (b: Build) => void, value: Readonly<Record<string, unknown>> = {}) =>
  told((b) => {
    const event = b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service', value });
    does(b);
    b.deadLetter(event, { value: { attempts: 1 } });
  });
const EARLY = { accused: ['before-the-documented-attempts'] };

test.each(['studentId', 'courseId', 'purchaseId'])('an event without its %s can never succeed', (field) => {
  expect(early(() => {}, { [field]: undefined })).toMatchObject({ accused: [], noted: ['early-but-ids-missing'] });
  expect(early(() => {}, { [field]: 'none' })).toMatchObject({ accused: [], noted: ['early-but-ids-missing'] });
});

test('a field that the worker does not need excuses nothing', () => {
  expect(early(() => {}, { purchaseTier: 7 })).toMatchObject(EARLY);
  expect(early(() => {}, { role: 'nobody' })).toMatchObject(EARLY);
  expect(early(() => {}, { metadata: { timeSlot: 'a\u0000b' } })).toMatchObject({ noted: ['early-but-unstorable'] });
  expect(early(() => {}, { metadata: { timeSlot: 'a\ud800b' } })).toMatchObject({ noted: ['early-but-unstorable'] });
  expect(early(() => {}, { metadata: { timeSlot: 'a😀b' } })).toMatchObject(EARLY);
});

test('a 400 excuses the event that the call was for, and of the worker that called', () => {
  const answered = (name: string) => (b: Build) => void b.respond(b.request(name), name, { status: 400 });
  expect(early(answered('ada'))).toMatchObject({ accused: [], noted: ['early-but-answered-400'] });
  expect(early(answered('zoe'))).toMatchObject(EARLY);
  expect(early((b) => void b.respond(b.request(), 'ada', { status: 500 }))).toMatchObject(EARLY);
  const ofTheOther = told((b) => {
    const event = b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
    answered('ada')(b);
    b.deadLetter(event, { attempts: 1 });
  });
  expect(ofTheOther).toMatchObject(EARLY);
});

test('attempts at another event of the payment are none at this one', () => {
  const two = (attempts: number, calls: number) =>
    told((b) => {
      const first = created(b);
      for (let i = 0; i < 5; i += 1) b.respond(b.request(), 'ada', { status: 500 });
      b.deadLetter(first);
      const recovery = b.emit('PURCHASE_CREATED', 'ada', { by: 'payment-service', eventId: 'x-recovery' });
      for (let i = 0; i < calls; i += 1) b.respond(b.request(), 'ada', { status: 500 });
      b.deadLetter(recovery, { value: { attempts } });
    });
  expect(two(1, 0)).toMatchObject(EARLY);
  expect(two(1, 4)).toMatchObject(EARLY);
  expect(two(1, 5)).toMatchObject({ accused: [] });
  expect(two(5, 0)).toMatchObject({ accused: [] });
});

test('a health check is no attempt', () =>
  expect(
    early((b) => void Array.from({ length: 5 }, () => b.respond(b.request('ada', { path: '/health' })))),
  ).toMatchObject(EARLY));

/** The allocation-worker succeeded, by these steps, and wrote a letter. */
const succeeded = (does: (b: Build, call: number) => void, options: BuildOptions = {}) =>
  told((b) => {
    const event = created(b);
    const call = b.request();
    does(b, call);
    b.deadLetter(event);
  }, options);
const all = (b: Build, call: number): void => {
  b.allocation();
  b.respond(call);
  b.emit('TRAINER_ALLOCATED');
};

test('a letter for an event that had its effect by the same attempt is a false one', () => {
  expect(succeeded(all)).toMatchObject({ accused: ['had-its-effect'], noted: [] });
  const pending = (b: Build, call: number): void => {
    b.allocation('ada', { status: 'pending' });
    b.respond(call, 'ada', { status: 202 });
    b.mark('PURCHASE_CREATED');
  };
  expect(succeeded(pending)).toMatchObject({ accused: ['had-its-effect'] });
});

test.each<[string, (b: Build, call: number) => void]>([
  ['it was not announced', (b, call) => [b.allocation(), b.respond(call)]],
  [
    'the answer was false',
    (b, call) => [b.allocation(), b.respond(call, 'ada', { falsified: ['id'] }), b.emit('TRAINER_ALLOCATED')],
  ],
  [
    'it was not answered',
    (b, call) => [b.allocation(), b.respond(call, 'ada', { status: null }), b.emit('TRAINER_ALLOCATED')],
  ],
  ['another call failed after it', (b, call) => [all(b, call), b.respond(b.request(), 'ada', { status: 500 })]],
  [
    'a call may have been for it',
    (b, call) => [all(b, call), b.request('ada', { body: { studentId: undefined, courseId: undefined } })],
  ],
  ['the worker exited', (b, call) => [all(b, call), b.exited('allocation-worker')]],
])('a letter is not called false where %s', (_, does) =>
  expect(succeeded((b, call) => void does(b, call))).toMatchObject({
    accused: [],
    noted: ['dead-lettered-and-processed'],
  }),
);

test('nor where clocks are not shared, nor where the letter came first', () => {
  expect(succeeded(all, { sharedClock: false })).toMatchObject({ accused: [] });
  const afterwards = told((b) => {
    const event = created(b);
    for (let i = 0; i < 5; i += 1) b.respond(b.request(), 'ada', { status: 500 });
    b.deadLetter(event);
    all(b, b.request());
  });
  expect(afterwards).toMatchObject({ accused: [], noted: ['dead-lettered-and-processed'] });
});

test('the purchase-worker’s letter is false once it has announced what it owes', () => {
  const purchased = (...types: readonly ('PURCHASE_CREATED' | 'COURSE_ACCESS_GRANTED')[]) =>
    told((b) => {
      const event = b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
      b.purchase();
      for (const type of types) b.emit(type);
      b.deadLetter(event);
    });
  expect(purchased('PURCHASE_CREATED', 'COURSE_ACCESS_GRANTED')).toMatchObject({ accused: ['had-its-effect'] });
  expect(purchased('PURCHASE_CREATED')).toMatchObject({ accused: [] });
  expect(purchased('COURSE_ACCESS_GRANTED')).toMatchObject({ accused: [] });
});

test('letters for two tellings of one event, and of two events, are no repeats', () => {
  const twoTellings = told((b) => {
    b.deadLetter(created(b));
    b.deadLetter(created(b));
  });
  expect(twoTellings).toMatchObject({ accused: [] });
  const twoPayments = told(
    (b) => {
      b.deadLetter(created(b));
      b.deadLetter(created(b, 'ben'));
    },
    { subjects: ['ada', 'ben'] },
  );
  expect(twoPayments).toMatchObject({ accused: [] });
});

test('what the harness wrote, and letters of strangers, are held against nobody', () => {
  expect(told((b) => void [b.deadLetter(created(b), { attempts: 1, by: 'scenario' })])).toMatchObject({ accused: [] });
  expect(told((b) => void b.deadLetter(b.emit('PURCHASE_CREATED', 'zoe'), { attempts: 1 }))).toMatchObject({
    accused: [],
  });
});

test.each<[string, (b: Build) => void]>([
  ['twice', (b) => void b.emit('PURCHASE_CREATED', 'ada')],
  ['twice, under an id of its own', (b) => void b.emit('PURCHASE_CREATED', 'ada', { eventId: 'x-recovery' })],
  [
    'perhaps once more',
    (b) =>
      void b.emit('PURCHASE_CREATED', 'zoe', {
        key: null,
        headers: {},
        value: {
          studentId: b.subject().studentId,
          courseId: undefined,
          _metadata: { eventId: 'other' },
        },
      }),
  ],
])('an event that was told %s may have failed the other time', (_, again) => {
  const does = (b: Build, call: number): void => {
    again(b);
    all(b, call);
  };
  expect(succeeded(does)).toMatchObject({ accused: [] });
});

test.each<[string, (b: Build, call: number) => void]>([
  ['the allocation was never committed', (b, call) => [b.respond(call), b.emit('TRAINER_ALLOCATED')]],
  [
    'the scenario announced it',
    (b, call) => [b.allocation(), b.respond(call), b.emit('TRAINER_ALLOCATED', 'ada', { by: 'scenario' })],
  ],
  [
    'another was announced',
    (b, call) => [
      b.allocation(),
      b.respond(call),
      b.emit('TRAINER_ALLOCATED', 'ada', { value: { allocationId: idOf('x') } }),
    ],
  ],
  [
    'an announcement has no body',
    (b, call) => [b.allocation(), b.respond(call), b.emit('TRAINER_ALLOCATED', 'ada', { raw: 'none' })],
  ],
])('no success shows where %s', (_, does) =>
  expect(succeeded((b, call) => void does(b, call))).toMatchObject({ accused: [] }),
);

test('a purchase that the scenario gave is no success of the worker’s', () => {
  const purchased = (writer: string | null) =>
    told((b) => {
      const event = b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
      b.purchase('ada', { writer });
      b.emit('PURCHASE_CREATED');
      b.emit('COURSE_ACCESS_GRANTED');
      b.deadLetter(event);
    });
  expect(purchased('payment-service')).toMatchObject({ accused: [], noted: ['dead-lettered-and-processed'] });
  expect(purchased(null)).toMatchObject({ accused: ['had-its-effect'] });
});

/** A letter that carries this time, ms after its arrival, and comes before the announcement or after it. */
const stamped = (late: number, first: boolean) => {
  const b = build();
  const event = created(b);
  const call = b.request();
  b.allocation();
  b.respond(call);
  if (!first) b.emit('TRAINER_ALLOCATED');
  const { seq } = b.deadLetter(event);
  if (first) b.emit('TRAINER_ALLOCATED');
  b.ended();
  const events = b.events.map((each) =>
    each.kind === 'kafka.record' && each.seq === seq ? { ...each, timestamp: each.timestamp + late } : each,
  );
  const { verdict } = checkInvariant(invariant, openHistory(events));
  return verdict;
};

test('a letter is false only where it was written after the success, by its own time and by its arrival', () => {
  expect(stamped(0, false)).toBe('violated');
  expect(stamped(-10, false)).toBe('holds');
  expect(stamped(10, true)).toBe('holds');
});

test('what is accused and what is noted carries its evidence, and is about whom it is', () => {
  const kindsOf = (does: (b: Build) => void, options: BuildOptions = {}) => {
    const b = build(options);
    does(b);
    b.ended();
    const history = b.history();
    const { findings, notes = [] } = checkInvariant(invariant, history);
    return [...findings, ...notes].map(({ shape, subject, evidence }) => [
      shape,
      subject,
      ...evidence.map((seq) => history.events[seq - 1]?.kind),
    ]);
  };
  const pending = (b: Build): void => {
    const event = created(b);
    const call = b.request();
    b.allocation('ada', { status: 'pending' });
    b.respond(call, 'ada', { status: 202 });
    b.deadLetter(event);
  };
  expect(kindsOf(pending)).toEqual([['had-its-effect', 'ada', 'kafka.record', 'http.response']]);
  const processed = (b: Build): void => {
    b.deadLetter(created(b));
    b.allocation();
  };
  expect(kindsOf(processed)).toEqual([['dead-lettered-and-processed', 'ada', 'kafka.record', 'postgres.commit']]);
  const interrupted = (b: Build): void => {
    const event = created(b);
    b.deadLetter(event);
    b.exited('allocation-worker');
    b.deadLetter(event);
  };
  expect(kindsOf(interrupted)).toEqual([
    ['twice-but-interrupted', 'ada', 'kafka.record', 'kafka.record', 'process.exited'],
  ]);
  const refused = (b: Build): void => {
    const event = created(b);
    b.respond(b.request(), 'ada', { status: 400 });
    b.deadLetter(event, { attempts: 1 });
  };
  expect(kindsOf(refused)).toEqual([
    ['early-but-answered-400', 'ada', 'kafka.record', 'http.request', 'http.response'],
  ]);
  // Of two payments that nothing tells apart it is neither's.
  const either = (b: Build): void => {
    const { studentId, courseId } = b.subject();
    const value = { studentId, courseId, _metadata: { eventId: 'x' } };
    const event = b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario', key: null, headers: {}, value });
    const of = { key: null, value: { correlationId: undefined, attempts: 1 } };
    b.deadLetter(event, of);
    b.deadLetter(event, of);
    b.allocation();
  };
  const two = { subjects: ['ada', 'again'], shares: { again: 'ada' } };
  expect(kindsOf(either, two).map(([shape, subject]) => [shape, subject])).toEqual([['twice', undefined]]);
});

test('an event that cannot be read, or lacks an id of its own, can never succeed', () => {
  const without = (name: 'eventId' | 'correlationId') =>
    told((b) => {
      const meta = { eventId: 'an-event', correlationId: b.subject().correlationId, [name]: undefined };
      const event = b.emit('PURCHASE_CREATED', 'ada', { by: 'x', headers: {}, key: null, value: { _metadata: meta } });
      b.deadLetter(event, { attempts: 1 });
    });
  expect(without('eventId')).toMatchObject({ accused: [], noted: ['early-but-ids-missing'] });
  expect(without('correlationId')).toMatchObject({ accused: [], noted: ['early-but-ids-missing'] });
  const rawly = (raw: string) =>
    told((b) => {
      const event = b.raw('purchase-created', b.subject(), { raw, by: 'scenario' });
      b.deadLetter(event, { attempts: 1 });
    });
  expect(rawly('not JSON')).toMatchObject({ accused: [], noted: ['early-but-no-json'] });
});

test('without a stated number the calls count, but for what was broken off', () => {
  const unstated = (calls: number, but: (b: Build) => void = () => {}) =>
    told((b) => {
      const event = created(b);
      but(b);
      for (let i = 0; i < calls; i += 1) b.respond(b.request(), 'ada', { status: 500 });
      b.deadLetter(event, { value: { attempts: undefined } });
    });
  expect(unstated(0)).toMatchObject({ accused: [] });
  expect(unstated(4)).toMatchObject(EARLY);
  expect(unstated(5)).toMatchObject({ accused: [] });
  expect(unstated(4, (b) => void b.exited('allocation-worker'))).toMatchObject({ accused: [] });
});

test('calls from before the scenario published the event, and another worker’s, are no attempts at it', () => {
  const called = (wait: number, worker?: string) =>
    told((b) => {
      for (let i = 0; i < 5; i += 1)
        b.respond(b.request('ada', worker === undefined ? {} : { worker }), 'ada', { status: 500 });
      for (let i = 0; i < wait; i += 1) b.add({ kind: 'trial.quiet', source: 'trial', quietMs: 0 });
      b.deadLetter(created(b), { attempts: 1 });
    });
  expect(called(0)).toMatchObject({ accused: [] });
  expect(called(200)).toMatchObject(EARLY);
  expect(called(0, 'purchase-worker')).toMatchObject(EARLY);
  // A worker's own event may be told later than it was taken.
  const own = told((b) => {
    for (let i = 0; i < 5; i += 1) b.respond(b.request(), 'ada', { status: 500 });
    for (let i = 0; i < 200; i += 1) b.add({ kind: 'trial.quiet', source: 'trial', quietMs: 0 });
    b.deadLetter(b.emit('PURCHASE_CREATED'), { attempts: 1 });
  });
  expect(own).toMatchObject({ accused: [] });
});

test('attempts that letters of other parts and payments state take nothing away', () => {
  const other = (letters: (b: Build) => void, options: BuildOptions = {}) =>
    told((b) => {
      letters(b);
      const event = created(b);
      for (let i = 0; i < 5; i += 1) b.respond(b.request(), 'ada', { status: 500 });
      b.deadLetter(event, { attempts: 1 });
    }, options);
  expect(other((b) => void b.deadLetter(b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'x' })))).toMatchObject({
    accused: [],
  });
  const ben = (b: Build) => void b.deadLetter(created(b, 'ben'));
  expect(other(ben, { subjects: ['ada', 'ben'] })).toMatchObject({ accused: [] });
  // Of an event that was lettered twice the larger number counts.
  const twice = (b: Build) => {
    const recovery = b.emit('PURCHASE_CREATED', 'ada', { by: 'x', eventId: 'x-recovery' });
    for (let i = 0; i < 5; i += 1) b.respond(b.request(), 'ada', { status: 500 });
    b.deadLetter(recovery, { attempts: 5 });
    b.exited('allocation-worker');
    b.deadLetter(recovery, { value: { attempts: undefined } });
  };
  expect(other(twice)).toMatchObject({ accused: [] });
});
