import { describe as suite, expect, test } from 'vitest';
import { hasDecided, hasMet, isSkipped, lastStepForward } from './progress.ts';
import { isTaken } from './taken.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';
import { flow, flowSteps } from './testing/flow.ts';

const WORKER = 'allocation-worker';
const event = (b: Build) =>
  b.events.findLast((e) => e.kind === 'kafka.record' && e.topic === 'purchase-created') as never;
/** Up to the moment at which ada's PURCHASE_CREATED is in its topic. */
const emitted = (): Build => flow(build(), { until: 'request' });

suite('an exit decides', () => {
  test('while nobody has started the worker again', () => {
    const b = build();
    b.exited(WORKER);
    expect(hasDecided(b.history(), b.subject(), WORKER)).toBe(true);
    b.started(WORKER);
    expect(hasDecided(b.history(), b.subject(), WORKER)).toBe(false);
  });

  test('on an event that was there before, also when the worker is back', () => {
    const b = emitted();
    b.exited(WORKER);
    b.started(WORKER);
    expect(hasDecided(b.history(), b.subject(), WORKER)).toBe(true);
  });
});

suite('an event is skipped', () => {
  const skipped = (happen: (b: Build) => void): boolean => {
    const b = emitted();
    happen(b);
    return isSkipped(b.history(), b.subject(), WORKER);
  };
  const passedOver = (b: Build): void => void [b.commitOffset(WORKER, event(b)), b.patience()];

  test('when the offset is past it, patience is over, and nothing came of it', () => {
    expect(skipped(passedOver)).toBe(true);
    expect(skipped((b) => void b.commitOffset(WORKER, event(b)))).toBe(false);
    expect(skipped((b) => void b.patience())).toBe(false);
  });

  test('but not when it had its effect, by whomever, or a dead-letter record', () => {
    expect(skipped((b) => void [b.allocation('ada', { writer: 'scenario' }), passedOver(b)])).toBe(false);
    expect(skipped((b) => void [b.deadLetter(event(b)), passedOver(b)])).toBe(false);
    expect(skipped((b) => void [b.allocation('zoe'), passedOver(b)])).toBe(true);
  });
});

test.each<[string, (b: Build) => void]>([
  ['a mark', (b) => b.mark('PURCHASE_CREATED')],
  ['an offset past it', (b) => b.commitOffset(WORKER, event(b))],
  ['a dead-letter record', (b) => void b.deadLetter(event(b))],
  ['a call', (b) => void b.request()],
  ['a connection to admin-service', (b) => b.reached(WORKER, 'admin-service')],
  ['its effect', (b) => b.allocation('ada', { writer: null })],
  ['a line with its id, in any case', (b) => b.said(WORKER, `got ${b.subject().correlationId.toUpperCase()}`)],
])('an event is taken as %s shows', (_, happen) => {
  const b = emitted();
  expect(isTaken(b.history(), b.subject(), WORKER)).toBe(false);
  happen(b);
  expect(isTaken(b.history(), b.subject(), WORKER)).toBe(true);
});

test.each<[string, (b: Build) => void]>([
  ['a connection to the broker', (b) => b.reached(WORKER, 'kafka')],
  ['another worker’s connection', (b) => b.reached('purchase-worker', 'admin-service')],
  [
    'a connection that may have been for another payment',
    (b) => void [b.emit('PURCHASE_CREATED', 'ben'), b.reached(WORKER, 'admin-service')],
  ],
  [
    'a connection of before it',
    (b) => {
      const again = b.events.pop();
      b.reached(WORKER, 'admin-service');
      if (again !== undefined) b.events.push({ ...again, seq: b.events.length + 1, timestamp: Infinity } as never);
    },
  ],
])('but not as %s shows', (_, happen) => {
  const b = flow(build({ subjects: ['ada', 'ben'], sharedClock: false }), { until: 'granted' });
  happen(b);
  expect(isTaken(b.history(), b.subject('ada'), WORKER)).toBe(false);
});

test('but not as an eventId of one letter in every line shows', () => {
  const b = build();
  b.emit('PURCHASE_CREATED', 'ada', { eventId: '1' });
  b.said(WORKER, 'attempt 1 of 5');
  expect(isTaken(b.history(), b.subject(), WORKER)).toBe(false);
  b.said(WORKER, '{"eventId":"1"}');
  expect(isTaken(b.history(), b.subject(), WORKER)).toBe(true);
});

suite('a worker has met the fault', () => {
  const met = (happen: (b: Build) => void, topic?: string): boolean => {
    const b = build();
    b.reached(WORKER, 'kafka');
    b.fired('worker-misconfigured', WORKER);
    happen(b);
    return hasMet(b.history(), WORKER, topic);
  };

  test('when it came as far as the broker, exited or was told of a topic, since it was struck', () => {
    expect(met(() => {})).toBe(false);
    expect(met((b) => void b.reached('purchase-worker', 'kafka'))).toBe(false);
    expect(met((b) => void b.reached(WORKER, 'postgres'))).toBe(false);
    expect(met((b) => void b.reached(WORKER, 'kafka'))).toBe(true);
    expect(met((b) => void b.exited(WORKER))).toBe(true);
    expect(met((b) => void b.exited(WORKER, true))).toBe(false);
    expect(met((b) => void b.toldUnknown(WORKER, 'purchase-created'))).toBe(true);
  });

  test('of a topic, only when it was told of that one, or exited', () => {
    expect(met((b) => void b.reached(WORKER, 'kafka'), 'purchase-created')).toBe(false);
    expect(met((b) => void b.toldUnknown(WORKER, 'trainer-allocated'), 'purchase-created')).toBe(false);
    expect(met((b) => void b.toldUnknown(WORKER, 'purchase-created'), 'purchase-created')).toBe(true);
    expect(met((b) => void b.exited(WORKER), 'purchase-created')).toBe(true);
  });

  test('counted from the topic’s fault, and without a fault of its own from the act', () => {
    const missing = build();
    missing.toldUnknown(WORKER, 'purchase-created');
    missing.fired('topic-missing', 'purchase-created', { topic: 'purchase-created' });
    expect(hasMet(missing.history(), WORKER, 'purchase-created')).toBe(false);
    const b = build({ acting: false });
    b.reached(WORKER, 'kafka');
    expect(hasMet(b.history(), WORKER)).toBe(false);
    b.phase('act');
    expect(hasMet(b.history(), WORKER)).toBe(false);
    b.fired('worker-paused', 'purchase-worker');
    b.reached(WORKER, 'kafka');
    expect(hasMet(b.history(), WORKER)).toBe(true);
  });
});

suite('a payment comes further', () => {
  test('with each step that is the first of its kind', () => {
    const b = build({ subjects: ['ada', 'ben'] });
    expect(lastStepForward(b.history())).toBe(0);
    const ats = ['ada', 'ben'].flatMap((name) =>
      flowSteps(b, name, { without: ['granted', 'markConfirmed', 'respond', 'markCreated', 'announced'] }).map(
        (step) => {
          step();
          return [lastStepForward(b.history()), b.events.at(-1)?.at];
        },
      ),
    );
    expect(ats).toHaveLength(14);
    for (const [forward, at] of ats) expect(forward).toBe(at);
  });

  test('not with what is done again and again', () => {
    const b = emitted();
    const call = b.request();
    const at = lastStepForward(b.history());
    expect(at).toBe(b.events.at(-1)?.at);
    b.respond(call, 'ada', { status: 500 });
    b.respond(b.request(), 'ada', { status: 500 });
    b.emit('PURCHASE_CREATED');
    expect(lastStepForward(b.history())).toBe(at);
    b.commitOffset('purchase-worker', b.events.find((e) => e.kind === 'kafka.record') as never);
    const passed = lastStepForward(b.history());
    b.commitOffset('purchase-worker', b.events.find((e) => e.kind === 'kafka.record') as never);
    b.exited(WORKER);
    b.started(WORKER);
    expect([at, passed]).toEqual([at, lastStepForward(b.history())]);
  });
});
