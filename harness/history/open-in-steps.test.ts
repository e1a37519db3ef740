import { expect, test } from 'vitest';
import { shippedContract } from '../contract/testing/shipped.ts';
import { checkInvariants } from '../invariants/check-all.ts';
import { openHistory } from './history.ts';
import { openInSteps } from './open-in-steps.ts';
import { STORED, storedHistory } from './testing/stored.ts';

test.each(STORED)('%s is judged as it is when it is opened at once', async (name) => {
  const { events } = storedHistory(name);
  let turns = 0;
  const between = async (): Promise<void> => void (turns += 1);
  const { history, growing } = await openInSteps(events, between, 7);
  expect(history.events).toBe(growing);
  expect(history.events).toEqual(events);
  expect(turns).toBe(Math.ceil(events.length / 7) - 1);
  const judged = checkInvariants(history, shippedContract);
  expect(judged).toEqual(checkInvariants(openHistory(events), shippedContract));
});

test('a short one is opened at once, whoever adds to the list meanwhile', async () => {
  const { events } = storedHistory('hardened/healthy');
  const given = [...events];
  const { history } = await openInSteps(given, () => Promise.reject(new Error('nobody waits')));
  given.pop();
  expect(history.events).toEqual(events);
});

test('of a long one what is added between the steps is left out', async () => {
  const { events } = storedHistory('hardened/healthy');
  const given = [...events];
  const { history } = await openInSteps(given, async () => void given.push(events[0]!), 100);
  expect(history.events).toEqual(events);
});
