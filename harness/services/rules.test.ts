import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { strikes } from '../history/named-by-call.ts';
import type { CallIds } from '../history/views.ts';
import { createRules, naming } from './rules.ts';

const call = (studentId: string | undefined, ...correlationIds: readonly (readonly string[])[]): CallIds => ({
  studentId,
  courseId: undefined,
  correlationIds,
});

test('a rule strikes so many calls of its subject, whatever the case of the id', () => {
  const [id, other] = [randomUUID(), randomUUID()];
  const rules = createRules(['fails', 'slow', 'hangs']);
  const control = rules.add(naming(id.toUpperCase()), { behaviour: 'fails', times: 2 });
  expect(rules.take(call(other))).toBeUndefined();
  expect(rules.take(call(id))?.settings.behaviour).toBe('fails');
  expect(rules.take(call(other, [], [id]))?.settings.behaviour).toBe('fails');
  expect(rules.take(call(id))).toBeUndefined();
  expect(control.fired()).toBe(2);
});

test('rules of one subject follow each other; healing one leaves the others', () => {
  const rules = createRules(['fails', 'slow', 'hangs']);
  const first = rules.add(naming('s', 't'), { behaviour: 'fails' });
  rules.add(naming('s', 't'), { behaviour: 'slow' });
  expect(rules.take(call('s'))?.settings.behaviour).toBe('fails');
  first.heal();
  expect(rules.take(call('s'))?.settings.behaviour).toBe('slow');
  rules.healAll();
  expect(rules.take(call('s'))).toBeUndefined();
});

test('a rule whose calls are used up still settles its heal', async () => {
  const rules = createRules(['fails', 'slow', 'hangs']);
  const control = rules.add(naming('s', 't'), { behaviour: 'hangs', times: 1 });
  const rule = rules.take(call('s'));
  control.heal();
  await expect(rule?.healed).resolves.toBeUndefined();
});

test('a behaviour that the stub does not know is refused', () => {
  expect(() => createRules(['fails']).add(naming('s'), { behaviour: 'lies' })).toThrow(/no behaviour "lies"/);
});

test('of two subjects of one student a fault strikes the calls of its own', () => {
  const of = (correlationId: string, courseId = 'c') => ({ correlationId, studentId: 's', courseId });
  const [ada, again] = [of('p-1'), of('p-2')];
  const rules = createRules(['fails']);
  const control = rules.add(strikes(again, [ada, again]), { behaviour: 'fails', times: 3 });
  // The other's, and one of which nothing tells whose it is.
  expect(rules.take(call('s', [], ['p-1']))).toBeUndefined();
  expect(rules.take(call('s', [], [], ['p-1', 'p-2']))).toBeUndefined();
  expect(control.fired()).toBe(0);
  expect(rules.take(call('s', [], ['p-2'], ['p-1']))).toBeDefined();
  expect(rules.take(call(undefined, ['P-other', 'p-2']))).toBeDefined();
  // One that names no subject is the student's: a client's own number for its request is nobody's.
  expect(rules.take(call('s', ['request-1']))).toBeDefined();
  expect(control.fired()).toBe(3);
});
