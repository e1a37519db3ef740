import { expect, test } from 'vitest';
import { createRules } from './rules.ts';

test('a rule strikes so many calls of its student, whatever the case of the id', () => {
  const rules = createRules();
  const control = rules.add('ABC', { behaviour: 'fails', times: 2 });
  expect(rules.take('other')).toBeUndefined();
  expect(rules.take('abc')?.settings.behaviour).toBe('fails');
  expect(rules.take('Abc')?.settings.behaviour).toBe('fails');
  expect(rules.take('abc')).toBeUndefined();
  expect(control.fired()).toBe(2);
});

test('rules of one student follow each other; healing one leaves the others', () => {
  const rules = createRules();
  const first = rules.add('s', { behaviour: 'fails' });
  rules.add('s', { behaviour: 'slow' });
  expect(rules.take('s')?.settings.behaviour).toBe('fails');
  first.heal();
  expect(rules.take('s')?.settings.behaviour).toBe('slow');
  rules.healAll();
  expect(rules.take('s')).toBeUndefined();
});

test('a rule whose calls are used up still settles its heal', async () => {
  const rules = createRules();
  const control = rules.add('s', { behaviour: 'hangs', times: 1 });
  const rule = rules.take('s');
  control.heal();
  await expect(rule?.healed).resolves.toBeUndefined();
});
