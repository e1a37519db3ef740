import { expect, test } from 'vitest';
import { createRules } from './rules.ts';

test('a rule strikes so many calls of its subject, whatever the case of the id', () => {
  const rules = createRules(['fails', 'slow', 'hangs']);
  const control = rules.add(['ABC'], { behaviour: 'fails', times: 2 });
  expect(rules.take(['other'])).toBeUndefined();
  expect(rules.take(['abc'])?.settings.behaviour).toBe('fails');
  expect(rules.take(['Abc', 'more'])?.settings.behaviour).toBe('fails');
  expect(rules.take(['abc'])).toBeUndefined();
  expect(control.fired()).toBe(2);
});

test('rules of one subject follow each other; healing one leaves the others', () => {
  const rules = createRules(['fails', 'slow', 'hangs']);
  const first = rules.add(['s', 't'], { behaviour: 'fails' });
  rules.add(['s', 't'], { behaviour: 'slow' });
  expect(rules.take(['s'])?.settings.behaviour).toBe('fails');
  first.heal();
  expect(rules.take(['s'])?.settings.behaviour).toBe('slow');
  rules.healAll();
  expect(rules.take(['s'])).toBeUndefined();
});

test('a rule whose calls are used up still settles its heal', async () => {
  const rules = createRules(['fails', 'slow', 'hangs']);
  const control = rules.add(['s', 't'], { behaviour: 'hangs', times: 1 });
  const rule = rules.take(['s']);
  control.heal();
  await expect(rule?.healed).resolves.toBeUndefined();
});

test('a behaviour that the stub does not know is refused', () => {
  expect(() => createRules(['fails']).add(['s'], { behaviour: 'lies' })).toThrow(/no behaviour "lies"/);
});
