import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { faultsOf } from './fired.ts';

const TARGET = 'auto-assign for ada';

const fired = (calls: readonly (readonly [string, number | null])[], more: (b: Build) => void = () => {}): boolean => {
  const b = build({ subjects: ['ada', 'ben'] });
  b.add({ kind: 'fault.armed', source: 'fault', fault: 1, faultKind: 'api-behaviour', target: TARGET, heal: '' });
  for (const [behaviour, status] of calls) {
    const seq = b.respond(b.request('ada'), 'ada', { status });
    const response = b.events[seq - 1];
    if (response?.kind === 'http.response') b.events[seq - 1] = { ...response, behaviour };
  }
  b.fired('api-behaviour', TARGET);
  more(b);
  return faultsOf(b.history())[0]?.fired ?? false;
};

test('a fault that was not met did not fire', () => {
  const b = build();
  b.add({ kind: 'fault.armed', source: 'fault', fault: 1, faultKind: 'worker-paused', target: 'w', heal: '' });
  expect(faultsOf(b.history())).toEqual([{ kind: 'worker-paused', fired: false }]);
  b.fired('worker-paused', 'w');
  expect(faultsOf(b.history())).toEqual([{ kind: 'worker-paused', fired: true }]);
});

test('that no trainer is free changes nothing for an allocation that was approved before', () => {
  expect(fired([['no-trainer', 201]])).toBe(false);
  expect(fired([['no-trainer', 202]])).toBe(true);
  expect(
    fired([
      ['no-trainer', 202],
      ['no-trainer', 201],
    ]),
  ).toBe(true);
  expect(fired([['no-trainer', null]])).toBe(true);
  expect(fired([['normal', 201]])).toBe(true);
  // It met the fault and has no answer yet.
  expect(fired([], (b) => void b.request('ada'))).toBe(true);
});

test('any other behaviour changed what it met', () => {
  expect(fired([['late-commit', 201]])).toBe(true);
  expect(
    fired([
      ['no-trainer', 201],
      ['fails', 500],
    ]),
  ).toBe(true);
});

test('what another payment was answered says nothing of it', () => {
  const other = (b: Build): void => {
    const seq = b.respond(b.request('ben'), 'ben');
    const response = b.events[seq - 1];
    if (response?.kind === 'http.response') b.events[seq - 1] = { ...response, behaviour: 'no-trainer' };
  };
  expect(fired([['no-trainer', 202]], other)).toBe(true);
  expect(fired([], other)).toBe(true);
});
