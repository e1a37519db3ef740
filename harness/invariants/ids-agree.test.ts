import { expect, test } from 'vitest';
import type { Build } from '../history/testing/build.ts';
import type { CallOptions } from '../history/testing/calls.ts';
import { healthyHistory, trialOf } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import { checkInvariant } from './testing.ts';
import { idsAgree as invariant } from './ids-agree.ts';
import { incomplete, judge } from './testing.ts';

const announcing = (value: object, answer: CallOptions = {}) =>
  trialOf({
    instead: {
      respond: (b, name, { call }) => void (call && b.respond(call, name, answer)),
      announced: (b) => void b.emit('TRAINER_ALLOCATED', 'ada', { value: { ...value } }),
    },
  });

test('holds when all ids agree', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('violated by an id that no row has', () =>
  expect(judge(invariant, announcing({ allocationId: idOf('none') }))).toMatch(/^violated: .* was never committed/));

test.each(['studentId', 'courseId', 'trainerId'])('violated by another %s than the row has', (field) =>
  expect(judge(invariant, announcing({ [field]: idOf('another') }))).toMatch(new RegExp(`^violated: .*${field}`)),
);

test('violated by a trainer announced for a pending row', () =>
  expect(
    judge(invariant, trialOf({ instead: { allocation: (b) => void b.allocation('ada', { status: 'pending' }) } })),
  ).toMatch(/^violated: .*trainerId .* instead of \(none\)/));

test('violated when a true answer named another allocation', () =>
  expect(judge(invariant, announcing({}, { id: idOf('answered') }))).toMatch(
    /^violated: .* but admin-service had answered with/,
  ));

test('a number in an answer is no id where rows are known by UUIDs: it accuses no worker', () =>
  expect(judge(invariant, announcing({}, { id: 7 as unknown as string }))).not.toMatch(/^violated/));

test('what the stub falsified is a note, no violation', () => {
  const lie = idOf('lie');
  const result = checkInvariant(invariant, announcing({ allocationId: lie }, { id: lie, falsified: ['id'] }));
  expect(result.verdict).toBe('holds');
  expect(result.notes?.[0]?.message).toContain('admin-service had falsely said so');
  const trainer = { trainerId: idOf('nobody') };
  const data = { id: idOf('allocation', 'ada'), ...trainer };
  expect(judge(invariant, announcing(trainer, { data, falsified: ['body'] }))).toBe('holds');
});

test('a lie excuses only what it said', () =>
  expect(judge(invariant, announcing({ allocationId: idOf('none') }, { id: idOf('lie'), falsified: ['id'] }))).toMatch(
    /^violated/,
  ));

test('unknown when sources are incomplete; what is absent there accuses nobody', () => {
  const none = {
    announced: (b: Build) => void b.emit('TRAINER_ALLOCATED', 'ada', { value: { allocationId: idOf('none') } }),
  };
  expect(judge(invariant, incomplete())).toMatch(/^unknown/);
  expect(judge(invariant, incomplete({ without: ['respond'], instead: none }))).toMatch(/^unknown/);
});
