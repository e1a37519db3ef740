import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { Build } from '../../history/testing/build.ts';
import { flow } from '../../history/testing/flow.ts';
import type { FlowOptions } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { WORKERS } from '../../pipeline/testing.ts';
import {
  ONE_GROUP,
  barrierAfter,
  causesOf,
  connected,
  described,
  inOneGroup,
  inShort,
  start,
  waited,
} from '../testing.ts';

const emitted = { until: 'request' } as const;
/** The allocation-worker's event. */
const first = (b: Build): HistoryEvent<'kafka.record'> => {
  const event = b.history().pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED');
  if (event === undefined) throw new Error('no event yet');
  return event.record;
};
const changed = (b: Build, group: string): void =>
  void b.add({
    kind: 'offsets.group-changed',
    source: 'offsets',
    position: 90,
    group,
    generation: 2,
    members: [{ memberId: 'm', clientId: 'c' }],
  });
/** Nobody looked for its process. */
const unseen = (b: Build): void => {
  for (const [i, event] of b.events.entries())
    if (event.kind === 'process.seen') b.events[i] = { ...event, worker: 'another' };
};
const hung = (b: Build): void => void b.seen('allocation-worker', 'stopped');

test('listed for a stopped process', () => {
  const causes = causesOf(emitted, hung);
  expect(inShort(causes)).toBe('event-not-consumed');
  expect(causes[0]?.message).toContain('allocation-worker runs but is stopped');
});

test('listed for a running process without a member in its group', () =>
  expect(inShort(causesOf(emitted, (b) => b.members('allocation-worker', 0)))).toBe('event-not-consumed'));

test('listed for a member that subscribes to another topic, or under a fault that sends it elsewhere', () => {
  expect(inShort(causesOf(emitted, (b) => b.members('allocation-worker', 1, ['notification-requested'])))).toBe(
    'event-not-consumed',
  );
  expect(inShort(causesOf(emitted, (b) => b.fired('worker-misconfigured', 'allocation-worker')))).toBe(
    'event-not-consumed',
  );
  expect(inShort(causesOf(emitted, (b) => b.fired('worker-misconfigured', 'purchase-worker')))).toBe('');
});

test('not invented while the worker may be about to take it', () => {
  expect(inShort(causesOf(emitted))).toBe('');
  expect(inShort(causesOf(emitted, (b) => b.members('allocation-worker', 1, ['purchase-created'])))).toBe('');
});

test('listed when a member of the group has let it lie for longer than a fetch lasts', () => {
  const b = flow(build(), emitted);
  b.observed();
  const seq = b.barrier();
  b.events[seq - 1] = { ...b.events[seq - 1]!, at: 9_000 };
  expect(inShort(diagnose(b.history()))).toBe('event-not-consumed');
});

test('the same for the purchase-worker', () =>
  expect(inShort(causesOf({ until: 'purchase' }, (b) => b.seen('purchase-worker', 'stopped')))).toBe(
    'event-not-consumed',
  ));

test.each<[string, (b: Build) => void]>([
  ['a connection to admin-service', connected],
  [
    'a log line with its id',
    (b) =>
      void b.add({
        kind: 'process.log',
        source: 'process',
        worker: 'allocation-worker',
        pid: 1,
        stream: 'stdout',
        line: `got ${b.subject().correlationId}`,
      }),
  ],
  ['a call', (b) => void b.request()],
])('not listed when %s shows it taken', (_, taken) =>
  expect(
    inShort(
      causesOf(emitted, (b) => {
        taken(b);
        hung(b);
      }),
    ),
  ).not.toContain('event-not-consumed'),
);

test('not listed when something may be missing', () => {
  for (const source of ['postgres', 'kafka', 'offsets', 'admin-service'] as const) {
    const b = flow(build(), emitted);
    b.observed(() => hung(b));
    b.barrier([source]);
    expect(inShort(diagnose(b.history()))).toBe('');
  }
});

test('a slow start is no cause: time counts from when the process was ready', () => {
  const starting = (b: Build): void => {
    start(b, 'allocation-worker', false);
    b.members('allocation-worker', 0);
    barrierAfter(b, 60_000);
  };
  expect(inShort(causesOf(emitted, starting))).toBe('');
  const b = flow(build(), emitted);
  b.observed(() => starting(b));
  b.add({ kind: 'process.ready', source: 'process', worker: 'allocation-worker', pid: 2, tookMs: 60_000 });
  const ready = b.events.length;
  b.events[ready - 1] = { ...b.events[ready - 1]!, at: 60_000 };
  b.members('allocation-worker', 1, ['purchase-created']);
  const seq = b.barrier();
  const at = (ms: number): string => {
    b.events[seq - 1] = { ...b.events[seq - 1]!, at: ms };
    return inShort(diagnose(b.history()));
  };
  expect(at(61_000)).toBe('');
  expect(at(65_000)).toBe('');
  expect(at(65_001)).toBe('event-not-consumed');
});

test('a process that was ready in an earlier life is not ready in this one', () => {
  const again = (b: Build): void => {
    start(b, 'allocation-worker', true);
    start(b, 'allocation-worker', false);
    b.members('allocation-worker', 0);
  };
  expect(inShort(causesOf(emitted, again))).toBe('');
  const ready = (b: Build): void => {
    start(b, 'allocation-worker', true);
    b.members('allocation-worker', 0);
  };
  expect(inShort(causesOf(emitted, ready))).toBe('event-not-consumed');
  // The other worker's start is its own.
  const other = (b: Build): void => {
    start(b, 'purchase-worker', false);
    b.members('allocation-worker', 0);
  };
  expect(inShort(causesOf(emitted, other))).toBe('event-not-consumed');
});

test.each<[string, (b: Build) => void]>([
  ['it was woken', (b) => b.signalled('allocation-worker', 'SIGCONT')],
  ['its group was balanced anew', (b) => changed(b, WORKERS['allocation-worker'].consumerGroup)],
  [
    'the harness set its group back',
    (b) => void b.commitOffset('allocation-worker', { ...first(b), offset: -1 }, 'harness'),
  ],
  [
    'the fault was healed',
    (b) =>
      void b.add({
        kind: 'fault.healed',
        source: 'fault',
        fault: 1,
        faultKind: 'worker-paused',
        target: 'allocation-worker',
        detail: '',
      }),
  ],
])('time counts from when %s', (_, happened) => {
  const b = flow(build(), emitted);
  b.observed();
  happened(b);
  b.events[b.events.length - 1] = { ...b.events.at(-1)!, at: 8_000 };
  barrierAfter(b, 4_000);
  expect(inShort(diagnose(b.history()))).toBe('');
  barrierAfter(b, 6_000);
  b.events[b.events.length - 1] = { ...b.events.at(-1)!, at: 14_000 };
  expect(inShort(diagnose(b.history()))).toBe('event-not-consumed');
});

test('what happens to another worker or group does not set the time back', () => {
  const b = flow(build(), emitted);
  b.observed(() => {
    b.signalled('purchase-worker', 'SIGCONT');
    changed(b, 'another group');
    for (const seq of [1, 2]) b.events[b.events.length - seq] = { ...b.events.at(-seq)!, at: 8_000 };
  });
  barrierAfter(b, 0);
  b.events[b.events.length - 1] = { ...b.events.at(-1)!, at: 9_000 };
  expect(inShort(diagnose(b.history()))).toBe('event-not-consumed');
});

test('patience that is over is time enough, for one that was ready before', () => {
  expect(inShort(causesOf(emitted, waited))).toBe('event-not-consumed');
  const readyAfter = (b: Build): void => {
    waited(b);
    start(b, 'allocation-worker', true);
  };
  expect(inShort(causesOf(emitted, readyAfter))).toBe('');
});

test('a wrong topic is named whenever the subscription is known', () => {
  const reads =
    (...topics: readonly string[]) =>
    (b: Build): void =>
      void b.members('allocation-worker', 1, topics);
  const [cause] = causesOf(emitted, reads('sessions-generated', 'notification-requested'));
  expect(cause?.message).toContain(
    'none of them subscribes to purchase-created (they read notification-requested and sessions-generated)',
  );
  expect(causesOf(emitted, reads())[0]?.message).toContain('(they read nothing)');
  expect(inShort(causesOf(emitted, reads('purchase-created', 'sessions-generated')))).toBe('');
  // Also of a process that nobody looked for; of one that is dead it is one explanation of two.
  const unknown = (b: Build): void => {
    unseen(b);
    reads('sessions-generated')(b);
  };
  expect(inShort(causesOf(emitted, unknown))).toBe('event-not-consumed');
  const dead = (b: Build): void => {
    b.seen('allocation-worker', 'absent');
    reads('sessions-generated')(b);
  };
  expect(inShort(causesOf(emitted, dead))).toBe('worker-not-running?, event-not-consumed?');
});

test('one member of two that subscribes to the topic is enough', () => {
  const group = WORKERS['allocation-worker'].consumerGroup;
  const members = (...topics: readonly (readonly string[])[]) =>
    inShort(causesOf(emitted, (b) => described(b, group, ...topics)));
  expect(members(['sessions-generated'], ['purchase-created'])).toBe('');
  expect(members(['sessions-generated'], ['notification-requested'])).toBe('event-not-consumed');
});

test('two workers in one group: each is asked of its own topic', () => {
  const seenAs =
    (...members: readonly (readonly string[])[]) =>
    (b: Build): void => {
      inOneGroup(b);
      described(b, ONE_GROUP, ...members);
    };
  expect(inShort(causesOf(emitted, seenAs(['purchase-confirmed'], ['purchase-created'])))).toBe('');
  const [cause] = causesOf(emitted, seenAs(['purchase-confirmed']));
  expect(cause?.id).toBe('event-not-consumed');
  expect(cause?.message).toContain('none of them subscribes to purchase-created (they read purchase-confirmed)');
  const [before] = causesOf({ until: 'purchase' }, seenAs(['purchase-created']));
  expect(before?.message).toContain('none of them subscribes to purchase-confirmed (they read purchase-created)');
  // While its own process starts, the other's member says nothing.
  const starting = (b: Build): void => {
    seenAs(['purchase-confirmed'])(b);
    start(b, 'allocation-worker', false);
  };
  expect(inShort(causesOf(emitted, starting))).toBe('');
});

test('a group that was rewound has not passed the event', () => {
  const passed = (b: Build): void => void b.commitOffset('allocation-worker', first(b));
  const rewound = (b: Build): void => {
    passed(b);
    b.commitOffset('allocation-worker', { ...first(b), offset: -1 }, 'harness');
  };
  expect(inShort(causesOf(emitted, (b) => (passed(b), hung(b))))).toBe('');
  expect(inShort(causesOf(emitted, (b) => (rewound(b), hung(b))))).toBe('event-not-consumed');
  expect(inShort(causesOf(emitted, (b) => (rewound(b), passed(b), hung(b))))).toBe('');
  // What the harness committed shows nothing taken.
  const skipped = (b: Build): void => void b.commitOffset('allocation-worker', first(b), 'harness');
  expect(inShort(causesOf(emitted, (b) => (skipped(b), hung(b))))).toBe('event-not-consumed');
});

test.each<[string, string, string, boolean]>([
  ['keeps its bytes from Kafka', 'bytes-withheld', 'allocation-worker to kafka', true],
  ['keeps both from Kafka', 'upstream-away', 'purchase-worker and allocation-worker to kafka', true],
  ['keeps it from PostgreSQL', 'upstream-away', 'allocation-worker to postgres', false],
  ['keeps another from Kafka', 'bytes-withheld', 'purchase-worker to kafka', false],
  ['sends another elsewhere', 'worker-misconfigured', 'allocation-worker-2', false],
  ['is of another kind', 'worker-killed', 'allocation-worker', false],
])('a fault that %s is its reason, or not', (_, kind, target, is) => {
  const causes = causesOf(emitted, (b) => b.fired(kind, target));
  expect(inShort(causes)).toBe(is ? 'event-not-consumed' : '');
  if (is) expect(causes[0]?.message).toContain(`${kind} struck`);
});

test('a fault’s facts count before its words, and one that is healed no more', () => {
  const fired =
    (workers: readonly string[], upstream: 'kafka' | 'postgres') =>
    (b: Build): void =>
      void b.add({
        kind: 'fault.fired',
        source: 'fault',
        fault: 7,
        faultKind: 'bytes-withheld',
        target: 'allocation-worker to kafka',
        detail: 'nothing is delivered',
        workers,
        upstream,
      });
  expect(inShort(causesOf(emitted, fired(['allocation-worker'], 'kafka')))).toBe('event-not-consumed');
  expect(inShort(causesOf(emitted, fired(['purchase-worker'], 'kafka')))).toBe('');
  expect(inShort(causesOf(emitted, fired(['allocation-worker'], 'postgres')))).toBe('');
  const healed = (b: Build): void => {
    fired(['allocation-worker'], 'kafka')(b);
    b.add({ kind: 'fault.healed', source: 'fault', fault: 7, faultKind: 'bytes-withheld', target: '', detail: '' });
  };
  expect(inShort(causesOf(emitted, healed))).toBe('');
});

test('a connection or a call that may be another payment’s leaves it open whether it was taken', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, emitted, 'ada');
  flow(b, emitted, 'ben');
  b.observed(() => {
    b.add({
      kind: 'http.connected',
      source: 'http',
      connection: 9,
      worker: 'allocation-worker',
      service: 'admin-service',
    });
    hung(b);
  });
  expect(diagnose(b.history())).toEqual([]);
  const stray = (each: Build): void => {
    each.request('ada', { body: { studentId: undefined, courseId: undefined } });
    hung(each);
  };
  expect(inShort(causesOf(emitted, stray))).toBe('');
});

test.each<[string, (b: Build) => void, string]>([
  ['stopped', hung, 'allocation-worker runs but is stopped'],
  [
    'running, without a member',
    (b) => b.members('allocation-worker', 0),
    'allocation-worker runs and trainer-allocation-workers has no member',
  ],
  ['running and idle', waited, 'allocation-worker runs and has had time to take it'],
  [
    'misled',
    (b) => b.fired('worker-misconfigured', 'allocation-worker'),
    'allocation-worker runs (worker-misconfigured struck)',
  ],
  [
    'dead, with a member',
    (b) => b.seen('allocation-worker', 'absent'),
    'allocation-worker has no live process that is known of',
  ],
  [
    'not looked for, without a member',
    (b) => (unseen(b), b.members('allocation-worker', 0)),
    'trainer-allocation-workers has no member',
  ],
])('a worker that is %s is told so', (_, seen, words) => {
  const cause = causesOf(emitted, seen).find(({ id }) => id === 'event-not-consumed');
  expect(cause?.message).toMatch(
    /^PURCHASE_CREATED at purchase-created-0@0 of ada \(payment [0-9a-f]{8}\) is there and nothing shows it taken: /,
  );
  expect(cause?.message.split(': ')[1]).toBe(words);
});

test('a process that nobody looked for, with a member that may read the topic, is nothing', () =>
  expect(inShort(causesOf(emitted, unseen))).toBe(''));

/** What is said of ben, whose event lies behind ada's. `meanwhile`: after ada's came so far, and before ben's. */
const behind = (
  until: FlowOptions['until'] | undefined,
  meanwhile: (b: Build) => void = () => {},
  wait: (b: Build) => void = waited,
): string => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, until === undefined ? {} : { until }, 'ada');
  meanwhile(b);
  flow(b, emitted, 'ben');
  b.observed(() => wait(b));
  return inShort(diagnose(b.history()).filter(({ subject }) => subject !== 'ada'));
};

test('what lies behind an event that the worker has in hand waits for its turn', () =>
  expect([behind('allocation'), behind(undefined)]).toEqual(['', 'event-not-consumed']));

test('an effect is not the end of it: there is a mark to set, and an announcement to send', () => {
  for (const until of ['markCreated', 'announced'] as const) {
    expect(
      behind(until, undefined, (b) => barrierAfter(b, 9000)),
      until,
    ).toBe('');
    expect(behind(until), until).toBe('');
  }
});

test('what a process had in hand that is gone, nobody has', () => {
  const again = (b: Build): void => {
    b.exited('allocation-worker');
    start(b, 'allocation-worker', true);
  };
  expect(behind('allocation', again)).toBe('event-not-consumed');
  // The one that came after it has taken it up.
  expect(behind('allocation', (b) => (again(b), void b.request('ada')))).toBe('');
});

test('what was done for an earlier telling, which was passed, is nothing in hand', () => {
  const told = (b: Build): void => void b.emit('PURCHASE_CREATED', 'ada', { eventId: 'a recovery' });
  expect(behind(undefined, told)).toBe('event-not-consumed');
  expect(behind(undefined, (b) => (told(b), void b.request('ada')))).toBe('');
});

test('an earlier telling may be recorded as passed after its worker has begun with the later one', () => {
  const behindTwo = (begins: (b: Build) => void, ms = 1, end: (b: Build) => void = () => {}): string => {
    const b = build({ subjects: ['ada', 'ben'] });
    const one = b.emit('PURCHASE_CREATED', 'ada');
    b.emit('PURCHASE_CREATED', 'ada', { eventId: 'a recovery' });
    flow(b, emitted, 'ben');
    b.respond(b.request('ada'), 'ada');
    begins(b);
    const passed = b.commitOffset('allocation-worker', one);
    b.events[passed - 1] = { ...b.events[passed - 1]!, at: passed - 1 + ms };
    end(b);
    b.observed(() => waited(b));
    return inShort(diagnose(b.history()).filter(({ subject }) => subject !== 'ada'));
  };
  const calls = (b: Build): void => void b.request('ada');
  const answered = (b: Build): void => void b.respond(b.request('ada'), 'ada');
  const says = (b: Build): void => void b.said('allocation-worker', `taking ${b.subject('ada').correlationId}`);
  expect([behindTwo(() => {}), behindTwo(() => {}, 1, calls)]).toEqual(['event-not-consumed', '']);
  expect([behindTwo(calls), behindTwo(answered), behindTwo(says)]).toEqual(['', '', '']);
  // Too long before for that; but a call that is still open is in hand, whenever it was made.
  expect([behindTwo(answered, 1000), behindTwo(says, 1000)]).toEqual(['event-not-consumed', 'event-not-consumed']);
  expect(behindTwo(calls, 1000)).toBe('');
});

test('its evidence is the event, what was seen of the worker, and the fault', () => {
  const b = flow(build(), emitted);
  let seqs: number[] = [];
  b.observed(() => {
    const process = b.seen('allocation-worker');
    const members = b.members('allocation-worker', 1);
    seqs = [first(b).seq, process, members, b.fired('worker-misconfigured', 'allocation-worker')];
  });
  expect(diagnose(b.history())[0]?.evidence).toEqual(seqs);
  const [stopped] = causesOf(emitted, hung);
  expect(stopped?.evidence.length).toBe(3);
});

test('of several events the first one that is there is named', () => {
  const twice = {
    ...emitted,
    after: { created: (b: Build) => void b.emit('PURCHASE_CREATED', 'ada', { eventId: 'a recovery' }) },
  } as const;
  expect(causesOf(twice, hung)[0]?.message).toContain('purchase-created-0@0');
});

test('of several faults the first one is named', () => {
  const two = (b: Build): void => {
    b.fired('worker-misconfigured', 'allocation-worker');
    b.fired('bytes-withheld', 'allocation-worker to kafka');
  };
  expect(causesOf(emitted, two)[0]?.message).toContain('worker-misconfigured struck');
});
