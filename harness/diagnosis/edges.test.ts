/** Where one fact less, one moment earlier or another payment's makes the difference. */
import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { WALL } from '../history/testing/log.ts';
import { diagnose } from './diagnose.ts';
import { barrierAfter, causesOf, cutOff, gone, inShort, start, waited } from './testing.ts';

const emitted: FlowOptions = { until: 'request' };
const passed: FlowOptions = { without: ['request', 'allocation', 'respond', 'markCreated', 'announced'] };
const idle = (b: Build): void => void b.seen('purchase-worker', 'stopped');
const by = (writer: string): FlowOptions['instead'] => ({ purchase: (b, name) => void b.purchase(name, { writer }) });

test('its own row shows that the purchase-worker had the event; somebody else’s does not, nor does a call', () => {
  expect(inShort(causesOf({ until: 'created' }, idle))).toBe('');
  expect(inShort(causesOf({ until: 'created', instead: by('another') ?? {} }, idle))).toBe('event-not-consumed');
  const called = (b: Build): void => {
    b.request();
    idle(b);
  };
  expect(inShort(causesOf({ until: 'purchase' }, called))).toBe('event-not-consumed');
});

test('a payment is past purchase-confirmed by its event, by its purchase, or once it was taken', () => {
  const missing = (options: FlowOptions): string => inShort(causesOf(options, (b) => b.topics(['purchase-confirmed'])));
  expect(missing({ ...emitted, without: ['purchase', 'markConfirmed', 'passConfirmed'] })).toBe('');
  expect(missing({ until: 'created', without: ['confirmed'], instead: by('another') ?? {} })).toBe('event-not-emitted');
  expect(
    missing({
      until: 'created',
      without: ['purchase'],
      after: { confirmed: (b) => void b.mark('PURCHASE_CONFIRMED') },
    }),
  ).toBe('guard-marked-without-allocation');
  expect(missing({ until: 'purchase' })).toBe('topic-missing');
});

test('of two events both must be over', () => {
  const again = (b: Build): void => void b.emit('PURCHASE_CREATED', 'ada', { by: 'a recovery', eventId: 'a recovery' });
  const early: FlowOptions = {
    ...passed,
    after: { created: (b) => void b.mark('PURCHASE_CREATED', 'ada', 'another') },
  };
  expect(inShort(causesOf(passed, (b) => (again(b), waited(b))))).toBe('');
  expect(inShort(causesOf(early, (b) => (again(b), waited(b))))).toBe('');
  expect(inShort(causesOf(passed, waited))).toBe('api-not-called');
  expect(inShort(causesOf(early, waited))).toBe('guard-marked-without-allocation');
});

test('one explanation that is not proven does not stand beside another that is', () => {
  const causes = causesOf(passed, (b) => {
    waited(b);
    b.seen('allocation-worker', 'absent');
  });
  expect(inShort(causes)).toBe('api-not-called');
});

test('the latest start and the latest word that it is ready count', () => {
  const lying = (...starts: readonly boolean[]): string => {
    const b = flow(build(), emitted);
    b.observed(() => {
      for (const ready of starts) start(b, 'allocation-worker', ready);
      b.members('allocation-worker', 1, ['purchase-created']);
    });
    barrierAfter(b, 60_000);
    return inShort(diagnose(b.history()));
  };
  expect(lying()).toBe('event-not-consumed');
  expect(lying(true)).toBe('event-not-consumed');
  expect(lying(false)).toBe('');
  expect(lying(true, false)).toBe('');
  expect(lying(false, true)).toBe('event-not-consumed');
  expect(lying(true, true)).toBe('event-not-consumed');
});

test('time counts from the latest of all that kept it from the event, whichever came last', () => {
  const group = 'trainer-allocation-workers';
  const happenings: readonly ((b: Build) => number)[] = [
    (b) => b.signalled('allocation-worker', 'SIGCONT'),
    (b) =>
      b.add({
        kind: 'offsets.group-changed',
        source: 'offsets',
        position: 90,
        group,
        generation: 1,
        members: [{ memberId: 'm', clientId: 'c' }],
      }),
    (b) => b.add({ kind: 'fault.healed', source: 'fault', fault: 1, faultKind: 'x', target: '', detail: '' }),
    (b) => b.commitOffset('allocation-worker', { ...created(b), offset: -1 }, 'harness'),
  ];
  for (const last of happenings) {
    const b = flow(build(), emitted);
    b.observed();
    for (const each of happenings) each(b);
    // The same once more, much later; the others did not happen again.
    const seq = last(b);
    b.events[seq - 1] = { ...b.events[seq - 1]!, at: 20_000 };
    const until = (at: number): string => {
      const barrier = b.barrier();
      b.events[barrier - 1] = { ...b.events[barrier - 1]!, at };
      return inShort(diagnose(b.history()));
    };
    expect(until(25_000)).toBe('');
    expect(until(25_001)).toBe('event-not-consumed');
  }
});

test('what another group or the worker itself committed sets no time back', () => {
  const b = flow(build({ subjects: ['ada', 'ben'] }), emitted);
  const seqs: number[] = [];
  b.observed(() => {
    const foreign = b.emit('PURCHASE_CREATED', 'zoe', { partition: 2 });
    seqs.push(b.commitOffset('allocation-worker', foreign), b.commitOffset('purchase-worker', created(b), 'harness'));
  });
  for (const seq of seqs) b.events[seq - 1] = { ...b.events[seq - 1]!, at: 20_000 };
  const barrier = b.barrier();
  b.events[barrier - 1] = { ...b.events[barrier - 1]!, at: 21_000 };
  expect(inShort(diagnose(b.history()))).toBe('event-not-consumed');
});

test('a connection may have been made because of a record that arrived after it, within what the clocks allow', () => {
  const before = (ms: number, sharedClock = true, ends: (b: Build) => void = cutOff): string => {
    const b = build({ sharedClock });
    const seq = b.add({
      kind: 'http.connected',
      source: 'http',
      connection: 9,
      worker: 'allocation-worker',
      service: 'admin-service',
    });
    flow(b, emitted);
    b.events[seq - 1] = { ...b.events[seq - 1]!, at: created(b).timestamp - WALL - ms };
    b.observed(() => ends(b));
    return inShort(diagnose(b.history()));
  };
  expect(before(2)).toBe('api-not-called');
  expect(before(3)).toBe('');
  expect(before(0, false)).toBe('');
  // Without a shared clock it shows the event neither taken nor not.
  expect([before(0, false, waited), before(100, false, waited)]).toEqual(['', 'event-not-consumed']);
});

test('a record of the deleted topic that is read late does not make it exist, nor does any other word on it', () => {
  const causes = causesOf({ until: 'created' }, (b) => {
    b.add({ kind: 'kafka.topic-deleted', source: 'harness', topic: 'purchase-created' });
    b.exited('allocation-worker');
    b.emit('PURCHASE_CREATED', 'zoe', { partition: 7 });
    b.topics(['purchase-created']);
    b.topics(['purchase-created']);
    gone()(b);
  });
  expect(inShort(causes)).toBe('topic-missing, worker-not-running<topic-missing');
});

test('a topic that was there when the trial began was there, also before anybody listed it', () => {
  const causes = causesOf({ until: 'created' }, (b) => {
    // Nobody lists the topics before the end.
    for (const [i, event] of b.events.entries())
      if (event.kind === 'kafka.topics')
        b.events[i] = { seq: event.seq, at: event.at, kind: 'trial.phase', source: 'trial', phase: 'observe' };
    b.exited('allocation-worker');
    b.topics(['purchase-created']);
    gone()(b);
  });
  expect(inShort(causes)).toBe('topic-missing, worker-not-running');
});

test('only the first and the latest word on a missing topic are its evidence', () => {
  const b = flow(build(), { until: 'created' });
  const seqs: number[] = [];
  b.observed(() => {
    for (let i = 0; i < 3; i += 1) seqs.push(b.topics(['purchase-created']));
  });
  expect(diagnose(b.history())[0]?.evidence).toEqual([seqs[0], seqs[2]]);
});

/** The allocation-worker's event. */
function created(b: Build) {
  const event = b.history().pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED');
  if (event === undefined) throw new Error('no event yet');
  return event.record;
}
