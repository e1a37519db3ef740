import { expect, test } from 'vitest';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { build } from '../history/testing/build.ts';
import { nobodysSection, seenOfNobody } from './nobodys.ts';
import { coloursFor } from './style.ts';

const worker = 'allocation-worker';

test('connections that brought no HTTP, and a crowd of them at its largest', () => {
  const b = build();
  for (let connection = 1; connection <= 60; connection += 1)
    b.add({ kind: 'http.connected', source: 'http', connection, worker, service: 'admin-service' });
  for (let connection = 1; connection <= 60; connection += 1)
    b.add({ kind: 'http.disconnected', source: 'http', connection, worker, bytesRead: 9 });
  for (let connection = 61; connection <= 109; connection += 1)
    b.add({ kind: 'http.connected', source: 'http', connection, worker, service: 'admin-service' });
  b.add({ kind: 'http.disconnected', source: 'http', connection: 61, worker, bytesRead: 9, malformed: true });
  expect(seenOfNobody(b.history()).map(({ text }) => text)).toEqual([
    'allocation-worker had 60 connections to admin-service open at once',
    'allocation-worker brought what is no HTTP to admin-service',
  ]);
});

test('offsets that a worker committed for a group of nobody, and no others', () => {
  const b = build();
  const position = { topic: 'purchase-created', partition: 0, offset: 1, source: 'offsets' } as const;
  const commit = (group: string, by: 'worker' | 'harness', at: number): void =>
    void b.add({ kind: 'offsets.committed', ...position, position: at, group, by });
  commit('trainer-allocation-workers', 'worker', 1);
  commit('somebody-else', 'harness', 2);
  expect(seenOfNobody(b.history())).toEqual([]);
  commit('somebody-else', 'worker', 3);
  expect(seenOfNobody(b.history()).map(({ text }) => text)).toEqual([
    "offsets of purchase-created were committed for the group somebody-else, which is none of the workers'",
  ]);
});

test('what belongs to nobody belongs to none of what the pipeline is about', () => {
  const b = build();
  b.add({ kind: 'postgres.seen', source: 'postgres', notes: ['a lock is held'] });
  const [started, ...others] = b.events;
  if (started?.kind !== 'trial.started') throw new Error('a history begins with its trial');
  const headed = (pipeline: typeof started.pipeline): string | undefined =>
    nobodysSection([{ ...started, pipeline }, ...others], { colours: coloursFor(false), width: 80 })[0];
  expect(headed(started.pipeline)).toBe('  Seen besides, of no payment');
  expect(headed(orderToShipment)).toBe('  Seen besides, of no order');
});
