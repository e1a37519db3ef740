import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import { UPSTREAMS } from '../pipeline/pipeline.ts';
import type { Upstream } from '../pipeline/pipeline.ts';
import { bypasses } from './bypass.ts';

/** A healthy trial in which the proxies carried so many bytes to each upstream, while it was prepared and after. */
const historyWith = (bytes: Partial<Record<Upstream, number>>, { prepared = 0, used = true } = {}) => {
  const b = build({ acting: false });
  const traffic = (bytesOf: (upstream: Upstream) => number): void => {
    for (const upstream of UPSTREAMS)
      b.add({ kind: 'wire.traffic', source: 'wire', worker: 'w', upstream, bytesUp: bytesOf(upstream), bytesDown: 9 });
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
  traffic((upstream) => bytes[upstream] ?? 0);
  return b.history();
};

test('nothing is said of upstreams whose proxies carried what was done', () => {
  expect(bypasses(historyWith({ kafka: 1, postgres: 1, 'admin-service': 1 }))).toEqual([]);
});

test.each(UPSTREAMS)('a worker that did something at %s without a byte through its proxy went past it', (upstream) => {
  const bytes = { kafka: 1, postgres: 1, 'admin-service': 1, [upstream]: 0 };
  expect(bypasses(historyWith(bytes, { prepared: 5 }))).toEqual([
    `a worker reached ${upstream} past its proxy: not one byte went through`,
  ]);
});

test('what was done while the slot was made ready needs no traffic afterwards', () => {
  expect(bypasses(historyWith({}, { used: false, prepared: 5 }))).toEqual([]);
});

test('without a count nothing is proven', () => {
  expect(bypasses(flow(build()).history())).toEqual(['it was not recorded what the proxies carried']);
});
