import { expect, test } from 'vitest';
import { eachOf } from './each-of.ts';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('as many as may are under way, in their order, until all are done', async () => {
  const [begun, most] = [[] as number[], { now: 0, ever: 0 }];
  await eachOf([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    begun.push(item);
    most.now += 1;
    most.ever = Math.max(most.ever, most.now);
    for (let i = 0; i < item % 3; i += 1) await turn();
    most.now -= 1;
  });
  expect([begun, most]).toEqual([[1, 2, 3, 4, 5, 6, 7], { now: 0, ever: 3 }]);
  await eachOf([], 3, () => Promise.reject(new Error('nobody is there')));
});

test('an error is told, and none is begun after it', async () => {
  const begun: number[] = [];
  const failing = eachOf([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    await turn();
    if (item === 2) throw new Error('no room');
  });
  await expect(failing).rejects.toThrow('no room');
  for (let i = 0; i < 10; i += 1) await turn();
  expect(begun.length).toBeLessThan(6);
});
