import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { Build } from '../../history/testing/build.ts';
import type { CallOptions } from '../../history/testing/calls.ts';
import { flow } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { barrierAfter, causesOf, inShort, waited } from '../testing.ts';

const answered = (...answers: CallOptions[]) =>
  ({
    until: 'markCreated',
    without: ['request', 'allocation'],
    instead: {
      respond: (b: ReturnType<typeof build>) => {
        for (const answer of answers) b.respond(b.request(), 'ada', answer);
      },
    },
  }) as const;

test.each<[string, CallOptions, string]>([
  ['an error', { status: 500 }, 'answered 500'],
  ['no answer', { status: null }, 'gave no answer'],
  ['success and no row', { status: 201 }, 'no allocation row was committed'],
])('listed for %s', (_, answer, words) => {
  const causes = causesOf(answered(answer));
  expect(inShort(causes)).toBe('api-failing');
  expect(causes[0]?.message).toContain(words);
});

test('the latest answer counts, and an error proves without a barrier', () => {
  expect(inShort(causesOf(answered({ status: 500 }, { status: 500 })))).toBe('api-failing');
  expect(inShort(diagnose(flow(build(), answered({ status: 500 })).history()))).toBe('api-failing');
  // That a row is missing proves nothing while commits may be.
  expect(inShort(diagnose(flow(build(), answered({ status: 201 })).history()))).toBe('');
});

test('a call shows that its event was there, when the record has not been read yet', () => {
  const { instead } = answered({ status: 500 });
  const unread = flow(build(), { until: 'markCreated', without: ['created', 'request', 'allocation'], instead });
  expect(inShort(diagnose(unread.history()))).toBe('api-failing');
  // With every record read, it is the event that is missing.
  unread.observed(() => waited(unread));
  expect(inShort(diagnose(unread.history()))).toBe('event-not-emitted');
});

test('not listed when the row is there: assigned, or pending for a person', () => {
  expect(inShort(causesOf({ until: 'markCreated' }))).toBe('');
  const pending = { allocation: (b: ReturnType<typeof build>) => void b.allocation('ada', { status: 'pending' }) };
  expect(inShort(causesOf({ instead: pending, without: ['announced'] }))).toBe('');
});

test('a call that is open is not failing until it has stood', () => {
  const b = flow(build(), { until: 'allocation' });
  b.observed();
  expect(inShort(diagnose(b.history()))).toBe('');
  const seq = b.barrier();
  b.events[seq - 1] = { ...b.events[seq - 1]!, at: 9_000 };
  expect(inShort(diagnose(b.history()))).toBe('api-failing');
});

test('a caller that is gone because its process ended says nothing of admin-service', () => {
  const gone = (b: Build): void => {
    const call = b.request();
    b.add({
      kind: 'http.response',
      source: 'http',
      call,
      status: null,
      body: null,
      behaviour: 'normal',
      falsified: [],
      ended: 'client-gone',
    });
  };
  const until = { until: 'request' } as const;
  // It gave up by itself: nothing was answered in its time.
  expect(inShort(causesOf(until, gone))).toBe('api-failing');
  expect(inShort(causesOf(until, (b) => (gone(b), b.exited('allocation-worker', true))))).not.toContain('api-failing');
  expect(inShort(causesOf(until, (b) => (gone(b), b.signalled('allocation-worker', 'SIGKILL'))))).toBe('');
  // The other worker's end, or one before the call, is no reason.
  expect(inShort(causesOf(until, (b) => (gone(b), b.exited('purchase-worker'))))).toBe('api-failing');
  expect(inShort(causesOf(until, (b) => (b.signalled('allocation-worker', 'SIGCONT'), gone(b))))).toBe('api-failing');
  // What was answered before stays answered.
  const [cause] = causesOf(until, (b) => {
    b.respond(b.request(), 'ada', { status: 500 });
    gone(b);
    b.signalled('allocation-worker', 'SIGKILL');
  });
  expect(cause?.message).toContain('answered 500');
});

test('no answer, or success, is nothing without PostgreSQL; an error answer only where a barrier was asked for', () => {
  const without = (answer: CallOptions): string => inShort(diagnose(flow(build(), answered(answer)).history()));
  expect(without({ status: null })).toBe('');
  expect(without({ status: 201 })).toBe('');
  expect(without({ status: 503 })).toBe('api-failing');
  const lacking = (answer: CallOptions, source: 'postgres' | 'kafka' | 'offsets' | 'admin-service'): string => {
    const b = flow(build(), answered(answer));
    b.barrier([source]);
    return inShort(diagnose(b.history()));
  };
  for (const status of [null, 201, 503]) {
    expect(lacking({ status }, 'postgres')).toBe('');
    for (const source of ['kafka', 'offsets', 'admin-service'] as const)
      expect([status, source, lacking({ status }, source)]).toEqual([status, source, 'api-failing']);
  }
});

test('an error that came after the row was made is no proof before the row is read', () => {
  const made = (effect: 'inserted' | 'found' | 'updated' | 'failed') => {
    const b = flow(build(), { until: 'request' });
    const call = b.request();
    b.add({ kind: 'http.effect', source: 'http', call, effect, rowId: 'a' });
    b.respond(call, 'ada', { status: 500 });
    return inShort(diagnose(b.history()));
  };
  for (const effect of ['inserted', 'found', 'updated'] as const) expect([effect, made(effect)]).toEqual([effect, '']);
  expect(made('failed')).toBe('api-failing');
});

test('an open call’s answer may stand in what was not read', () => {
  const b = flow(build(), { until: 'allocation' });
  b.observed();
  barrierAfter(b, 9_000);
  expect(inShort(diagnose(b.history()))).toBe('api-failing');
  const seq = b.barrier(['admin-service']);
  b.events[seq - 1] = { ...b.events[seq - 1]!, at: 9_000 };
  expect(inShort(diagnose(b.history()))).toBe('');
});

test.each<[number, string]>([
  [201, 'answered 201 to the call'],
  [204, 'answered 204 to the call'],
  [302, 'answered 302 to the call'],
  [404, 'answered 404 to the call'],
])('status %i is told as it is', (status, words) => {
  const [cause] = causesOf(answered({ status, json: {} }));
  expect(cause?.message).toContain(words);
  expect(cause?.message.includes('no allocation row')).toBe(status < 300);
});

test('a success that was cut off is no answer', () => {
  const cut = {
    ...answered(),
    instead: {
      respond: (b: Build) =>
        void b.add({
          kind: 'http.response',
          source: 'http',
          call: b.request(),
          status: 201,
          body: null,
          behaviour: 'truncated',
          falsified: ['body'],
          ended: 'truncated',
        }),
    },
  } as const;
  const [cause] = causesOf(cut);
  expect(cause?.message).toContain('answered 201 (truncated)');
  expect(cause?.message).not.toContain('no allocation row');
});

test('its evidence is every call and the answer that counts', () => {
  const b = flow(build(), { until: 'request' });
  const seqs: number[] = [];
  for (const status of [500, 503]) {
    const call = b.request();
    seqs.push(b.events.length);
    const answer = b.respond(call, 'ada', { status });
    if (status === 503) seqs.push(answer);
  }
  b.observed();
  expect(diagnose(b.history())[0]?.evidence).toEqual(seqs);
});

test('at a moment between two barriers an error proves, however much has not been read yet', () => {
  const { instead } = answered({ status: 500 });
  const late = (b: Build): void => {
    b.barrier();
    instead.respond(b);
  };
  const b = flow(build(), {
    until: 'markCreated',
    without: ['created', 'request', 'allocation'],
    instead: { respond: late },
  });
  // The barrier came before the call: that its event was not read by then proves nothing.
  expect(inShort(diagnose(b.history()))).toBe('api-failing');
  b.barrier();
  expect(inShort(diagnose(b.history()))).not.toBe('api-failing');
});

test('a call whose event was not read, of which every record may not be known, fails for nobody', () => {
  const unread = { ...answered({ status: 500 }), without: ['created', 'request', 'allocation'] } as const;
  const b = flow(build(), unread);
  b.barrier(['kafka']);
  expect(diagnose(b.history())).toEqual([]);
});

test('of two open calls the later one must have stood', () => {
  const b = flow(build(), { until: 'request' });
  b.request();
  const second = b.request();
  const at = b.events.findIndex((event) => event.kind === 'http.request' && event.call === second);
  b.events[at] = { ...b.events[at]!, at: 8_000 };
  const until = (ms: number): string => {
    const seq = b.barrier();
    b.events[seq - 1] = { ...b.events[seq - 1]!, at: ms };
    return diagnose(b.history()).map(({ message }) => message)[0] ?? '';
  };
  expect(until(9_000)).toBe('');
  expect(until(13_000)).toBe('');
  expect(until(13_001)).toMatch(/^admin-service has not answered the call for ada/);
});

test('what is not answered is another story than what is answered wrongly', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, { until: 'allocation' }, 'ada');
  flow(
    b,
    {
      ...answered(),
      instead: { respond: (each, name) => void each.respond(each.request(name), name, { status: null }) },
    },
    'ben',
  );
  b.observed();
  barrierAfter(b, 9_000);
  expect(diagnose(b.history()).map(({ id, subject }) => [id, subject])).toEqual([
    ['api-failing', 'ada'],
    ['api-failing', 'ben'],
  ]);
});

test('an answer that was refused or is no success is told as it is', () => {
  const [refused] = causesOf({
    ...answered(),
    instead: {
      respond: (b) =>
        void b.add({
          kind: 'http.response',
          source: 'http',
          call: b.request(),
          status: 503,
          body: null,
          behaviour: 'refuses',
          falsified: [],
          ended: 'refused',
        }),
    },
  });
  expect(refused?.message).toContain('answered 503 (refused) to the call');
  expect(causesOf(answered({ status: 300, json: {} }))[0]?.message).not.toContain('no allocation row');
});

test('listed where the caller gave up waiting and another worker exited', () => {
  const causes = (exited: string): string => {
    const b = flow(build(), { until: 'request' });
    const { started } = b.history();
    const [, own] = started.workers;
    b.events[0] = { ...started, workers: [...started.workers, { ...own!, name: 'second' }] };
    const call = b.request();
    const gone = { status: null, body: null, behaviour: 'hang', falsified: [], ended: 'client-gone' } as const;
    b.add({ kind: 'http.response', source: 'http', call, ...gone });
    const exit = { pid: 2, code: 1, signal: null, requested: false } as const;
    b.add({ kind: 'process.exited', source: 'process', worker: exited, ...exit });
    b.observed();
    return inShort(diagnose(b.history()));
  };
  expect(causes('second')).toBe('api-failing');
  expect(causes('allocation-worker')).toBe('');
});
