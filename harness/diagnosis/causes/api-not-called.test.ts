import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { Build } from '../../history/testing/build.ts';
import { flow } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { causesOf, inShort } from '../testing.ts';

const emitted = { until: 'request' } as const;
const bare = (b: Build): void =>
  void b.add({ kind: 'http.connected', source: 'http', connection: 9, worker: 'allocation-worker' });
const relayed = (b: Build): void =>
  void b.add({
    kind: 'wire.connected',
    source: 'wire',
    worker: 'allocation-worker',
    upstream: 'admin-service',
    connection: 4,
  });

test('listed for a connection without a request, seen at the stub or at the relay', () => {
  for (const connect of [bare, relayed]) {
    const causes = causesOf(emitted, connect);
    expect(inShort(causes)).toBe('api-not-called');
    expect(causes[0]?.message).toContain('received no request');
  }
});

test('listed for an event that was passed, or marked, without a call', () => {
  const uncalled = { without: ['request', 'allocation', 'respond', 'announced'] } as const;
  expect(inShort(causesOf({ ...uncalled, without: [...uncalled.without, 'markCreated'] }))).toBe('api-not-called');
  expect(inShort(causesOf(uncalled))).toBe('guard-marked-without-allocation, api-not-called');
});

test('not listed when a request was received, nor for a connection that carried another’s', () => {
  expect(inShort(causesOf({ until: 'allocation' }))).toBe('');
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, emitted, 'ada');
  flow(b, { until: 'allocation' }, 'ben');
  b.observed();
  expect(inShort(diagnose(b.history()))).toBe('');
});

test('not listed for a connection from before the event', () => {
  const b = build();
  for (let i = 0; i < 5; i += 1) bare(b);
  flow(b, emitted);
  b.observed();
  expect(inShort(diagnose(b.history()))).toBe('');
});

test('a log line alone may come right before the call', () =>
  expect(
    inShort(
      causesOf(emitted, (b) =>
        b.add({
          kind: 'process.log',
          source: 'process',
          worker: 'allocation-worker',
          pid: 1,
          stream: 'stdout',
          line: b.subject().correlationId,
        }),
      ),
    ),
  ).toBe(''));

test('not listed when calls may be missing', () => {
  const b = flow(build(), emitted);
  b.observed(() => bare(b));
  b.barrier(['admin-service']);
  expect(inShort(diagnose(b.history()))).toBe('');
});
