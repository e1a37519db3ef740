import { expect, test } from 'vitest';
import { found, verdictWith } from './testing/trials.ts';
import { harnessErrors, reasonsOf } from './unknowns.ts';

const unknownOf = (unknown: readonly string[], undecided: readonly (readonly [string, string])[]) => ({
  ...verdictWith([], { outcome: 'unknown', unknown }),
  invariants: undecided.map(([id, why]) => ({ id, verdict: 'unknown', findings: [found(why)] }) as never),
});

test('invariants that share a reason are one sentence', () => {
  const ids = [
    ['no-event-lost', 'the offsets are incomplete'],
    ['groups-drain', 'the offsets are incomplete'],
    ['ids-agree', 'no answer was read'],
  ] as const;
  const unknown = ['the fault x did not fire', ...ids.map(([id, why]) => `${id} cannot be decided: ${why}`)];
  expect(reasonsOf(unknownOf(unknown, ids))).toEqual([
    'the fault x did not fire',
    'no-event-lost and groups-drain cannot be decided: the offsets are incomplete',
    'ids-agree cannot be decided: no answer was read',
  ]);
});

test('one harness error is one paragraph', () => {
  const error = 'the harness itself had a problem: Kafka went away';
  const verdict = unknownOf(
    [error, error, 'no barrier was ever passed', 'ids-agree cannot be decided: x'],
    [['ids-agree', 'x']],
  );
  expect(reasonsOf(verdict)).toEqual([error]);
  expect(harnessErrors(verdict)).toEqual(['Kafka went away']);
});

test('three are listed with commas; those that hold are not; one without a reason has none', () => {
  const ids = ['no-event-lost', 'groups-drain', 'ids-agree'];
  const verdict = unknownOf(
    ids.map((id) => `${id} cannot be decided`),
    [],
  );
  const invariants = [
    ...ids.map((id) => ({ id, verdict: 'unknown', findings: [] })),
    { id: 'event-gets-marked', verdict: 'holds', findings: [found('x')] },
  ] as never;
  expect(reasonsOf({ ...verdict, invariants })).toEqual([
    'no-event-lost, groups-drain and ids-agree cannot be decided',
  ]);
  const said = unknownOf(['event-gets-marked cannot be decided: no'], []);
  const holding = [{ id: 'event-gets-marked', verdict: 'holds', findings: [found('no')] }] as never;
  expect(reasonsOf({ ...said, invariants: holding })).toEqual(['event-gets-marked cannot be decided: no']);
});
