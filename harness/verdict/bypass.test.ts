import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import { ROLES, UPSTREAMS } from '../pipeline/testing.ts';
import type { Upstream, WorkerRole } from '../pipeline/testing.ts';
import { bypasses } from './bypass.ts';

type Bytes = Partial<Record<Upstream, number>>;
const ALL: Bytes = { kafka: 1, postgres: 1, 'admin-service': 1 };
const PAST = 'past its proxy: not one byte went through';

/** A healthy trial in which the workers' proxies carried so many bytes, while it was prepared and after. */
const historyWith = (
  bytes: Partial<Record<WorkerRole, Bytes>>,
  { prepared = 0, used = true, oneGroup = false } = {},
) => {
  const b = build({ acting: false });
  const first = b.events[0];
  if (oneGroup && first?.kind === 'trial.started')
    b.events[0] = {
      ...first,
      workers: first.workers.map((each) => ({ ...each, consumerGroup: 'purchase-creation-workers' })),
    };
  const traffic = (bytesOf: (worker: WorkerRole, upstream: Upstream) => number | undefined): void => {
    for (const worker of ROLES)
      for (const upstream of UPSTREAMS) {
        const bytesUp = bytesOf(worker, upstream);
        if (bytesUp !== undefined)
          b.add({ kind: 'wire.traffic', source: 'wire', worker, upstream, bytesUp, bytesDown: 9 });
      }
  };
  if (!used) {
    // What the workers of an earlier moment did while the slot was made ready.
    b.mark('PURCHASE_CONFIRMED');
    b.commitOffset('purchase-worker', b.emit('PURCHASE_CONFIRMED'));
    b.request();
  }
  traffic(() => prepared);
  b.phase('inject');
  if (used) flow(b);
  traffic((worker, upstream) => bytes[worker]?.[upstream]);
  return b.history();
};

const both = (bytes: Bytes): Partial<Record<WorkerRole, Bytes>> => ({
  'purchase-worker': bytes,
  'allocation-worker': bytes,
});

test('nothing is said of upstreams whose proxies carried what was done', () => {
  expect(bypasses(historyWith(both(ALL)))).toEqual([]);
});

test.each<[Upstream, readonly string[]]>([
  ['kafka', [`purchase-worker reached kafka ${PAST}`, `allocation-worker reached kafka ${PAST}`]],
  // A transaction does not say whose it is.
  ['postgres', [`a worker reached postgres ${PAST}`]],
  ['admin-service', [`allocation-worker reached admin-service ${PAST}`]],
])('who did something at %s without a byte through its proxy went past it', (upstream, said) => {
  expect(bypasses(historyWith(both({ ...ALL, [upstream]: 0 }), { prepared: 5 }))).toEqual(said);
});

test('the other worker’s bytes are no excuse, and its own suffice', () => {
  const past = (upstream: Upstream, worker: WorkerRole) =>
    bypasses(historyWith({ ...both(ALL), [worker]: { ...ALL, [upstream]: 0 } }));
  expect(past('kafka', 'allocation-worker')).toEqual([`allocation-worker reached kafka ${PAST}`]);
  expect(past('kafka', 'purchase-worker')).toEqual([`purchase-worker reached kafka ${PAST}`]);
  expect(past('admin-service', 'allocation-worker')).toEqual([`allocation-worker reached admin-service ${PAST}`]);
  // It called nobody.
  expect(past('admin-service', 'purchase-worker')).toEqual([]);
  // Whose transactions they were is not known: one proxy may have carried all of them.
  expect(past('postgres', 'purchase-worker')).toEqual([]);
});

test('what a shared group committed may be either worker’s doing', () => {
  const shared = (purchase: number, allocation: number) =>
    bypasses(
      historyWith(
        { 'purchase-worker': { ...ALL, kafka: purchase }, 'allocation-worker': { ...ALL, kafka: allocation } },
        { oneGroup: true },
      ),
    );
  expect(shared(0, 1)).toEqual([]);
  expect(shared(1, 0)).toEqual([]);
  expect(shared(0, 0)).toEqual([`purchase-worker or allocation-worker reached kafka ${PAST}`]);
});

test('of a worker whose proxy was not counted nothing is proven', () => {
  expect(bypasses(historyWith({ 'purchase-worker': ALL }))).toEqual([]);
  expect(bypasses(historyWith({ 'purchase-worker': { ...ALL, 'admin-service': 0 } }))).toEqual([
    `a worker reached admin-service ${PAST}`,
  ]);
});

test('what was done while the slot was made ready needs no traffic afterwards', () => {
  expect(
    bypasses(historyWith(both({ kafka: 0, postgres: 0, 'admin-service': 0 }), { used: false, prepared: 5 })),
  ).toEqual([]);
});

test('offsets that are removed with their topic are nobody’s doing', () => {
  const b = build({ acting: false });
  b.phase('inject');
  const record = b.emit('PURCHASE_CREATED', 'ada', { by: 'a heal' });
  b.commitOffset('allocation-worker', { ...record, offset: -2 });
  for (const worker of ROLES)
    b.add({ kind: 'wire.traffic', source: 'wire', worker, upstream: 'kafka', bytesUp: 0, bytesDown: 0 });
  expect(bypasses(b.history())).toEqual([]);
});

test('without a count nothing is proven', () => {
  expect(bypasses(flow(build()).history())).toEqual(['it was not recorded what the proxies carried']);
});
