/** Who may have done it: by part, by name, by the call that made a row. */
import { expect, test } from 'vitest';
import type { WorkerInfo } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { idOf } from '../history/testing/values.ts';
import { mayPlay, playedBy, publishedBy, uniqueBy } from './judging.ts';
import { bringsAbout } from './testing.ts';
import { callsThatMade, makerOf } from './makers.ts';

const worker = (name: string, role: WorkerInfo['role'], consumerGroup = name): WorkerInfo => ({
  name,
  role,
  consumerGroup,
});
const among = (workers: readonly WorkerInfo[], b: Build = build()): History =>
  openHistory(b.events.map((event) => (event.kind === 'trial.started' ? { ...event, workers } : event)));

test('a part is somebody’s when one worker plays it, and of several nothing tells whose', () => {
  const two = among([
    worker('a', 'allocation-worker'),
    worker('b', 'allocation-worker'),
    worker('p', 'purchase-worker'),
  ]);
  expect(playedBy(two, 'purchase-worker')).toEqual({ worker: 'p' });
  expect(playedBy(two, 'allocation-worker')).toEqual({});
  expect(playedBy(among([worker('p', 'purchase-worker')]), 'allocation-worker')).toEqual({});
  expect(playedBy(two, undefined)).toEqual({});
  expect(publishedBy(two, 'COURSE_ACCESS_GRANTED')).toEqual({ worker: 'p' });
  expect(publishedBy(two, 'PURCHASE_CONFIRMED')).toEqual({});
});

test('a name may play its own parts; a name that is no worker’s any', () => {
  const history = among([
    worker('one', 'purchase-worker'),
    worker('one', 'allocation-worker'),
    worker('a', 'allocation-worker'),
  ]);
  expect(mayPlay(history, 'one', 'purchase-worker')).toBe(true);
  expect(mayPlay(history, 'one', 'allocation-worker')).toBe(true);
  expect(mayPlay(history, 'a', 'allocation-worker')).toBe(true);
  expect(mayPlay(history, 'a', 'purchase-worker')).toBe(false);
  expect(mayPlay(history, 'somebody', 'purchase-worker')).toBe(true);
});

test('each value once, the first of its key', () =>
  expect(uniqueBy(['a1', 'b1', 'a2'], ([key]) => String(key))).toEqual(['a1', 'b1']));

/** Calls by these callers, in order, and what each did to ada's allocation. */
const made = (...calls: readonly (readonly [string, 'inserted' | 'updated' | 'found' | 'none', string?])[]) => {
  const b = build();
  for (const [caller, effect, id = idOf('allocation', 'ada')] of calls) {
    const call = b.request('ada', { worker: caller });
    b.add({ kind: 'http.effect', source: 'http', call, effect, rowId: id } as never);
  }
  b.allocation('ada', { writer: 'admin-service', id: 'row' });
  b.allocation('ada', { writer: null });
  b.allocation('ada', { writer: 'scenario' });
  return b.history();
};
const makersIn = (history: History) =>
  history.commits.map(
    (commit) => makerOf(history, bringsAbout('allocation'), commit, idOf('allocation', 'ada')).worker,
  );
const A = 'allocation-worker';

test('a row of a stage that calls nobody is the doing of who plays its part', () => {
  const history = made(['allocation-worker', 'inserted']);
  const [commit] = history.commits;
  expect(makerOf(history, bringsAbout('purchase'), commit!, idOf('allocation', 'ada')).worker).toBe('purchase-worker');
});

test('an allocation is the doing of the one caller whose call inserted or changed it', () => {
  expect(makersIn(made(['purchase-worker', 'inserted']))).toEqual([
    'purchase-worker',
    'purchase-worker',
    'purchase-worker',
  ]);
  expect(makersIn(made(['purchase-worker', 'updated']))[0]).toBe('purchase-worker');
  expect(makersIn(made(['purchase-worker', 'inserted'], ['purchase-worker', 'updated']))[0]).toBe('purchase-worker');
  // Found is not made, and another's row is another's.
  expect(makersIn(made(['purchase-worker', 'found']))).toEqual([A, A, undefined]);
  expect(makersIn(made(['purchase-worker', 'inserted', idOf('another')]))).toEqual([A, A, undefined]);
  // Two callers: nothing tells which of them, so it is who plays the part.
  expect(makersIn(made(['purchase-worker', 'inserted'], [A, 'updated']))).toEqual([A, A, undefined]);
  const history = made(['purchase-worker', 'inserted'], [A, 'found']);
  expect(callsThatMade(history, idOf('allocation', 'ada').toUpperCase()).map(({ request }) => request.worker)).toEqual([
    'purchase-worker',
  ]);
});
