import { expect, test } from 'vitest';
import { openHistory } from '../history/history.ts';
import { STORED, storedHistory } from '../history/testing/stored.ts';
import { checkInvariants } from '../invariants/check-all.ts';
import { shippedContract } from '../contract/testing/shipped.ts';
import { openInSteps } from './open-in-steps.ts';

test.each(STORED)('%s is judged as it is when it is opened at once', async (name) => {
  const { events } = storedHistory(name);
  let turns = 0;
  const between = async (): Promise<void> => void (turns += 1);
  const history = await openInSteps(events, between, 7);
  expect(history.events).toEqual(events);
  expect(turns).toBe(Math.ceil(events.length / 7) - 1);
  const judged = checkInvariants(history, shippedContract);
  expect(judged).toEqual(checkInvariants(openHistory(events), shippedContract));
});

test('a short one is opened at once, whoever adds to the list meanwhile', async () => {
  const { events } = storedHistory('hardened/healthy');
  const given = [...events];
  const history = await openInSteps(given, () => Promise.reject(new Error('nobody waits')));
  given.pop();
  expect(history.events).toEqual(events);
});
