import { expect, test } from 'vitest';
import { createContextDouble } from './testing/context.ts';
import { workerMisconfigured } from './worker-misconfigured.ts';

const SPEC = { kind: 'worker-misconfigured', worker: 'allocation-worker', setting: 'new-group' } as const;
const WRONG = [
  'start with {"SETTING":"new-group"} until any-group allocation-worker',
  'fired: allocation-worker runs with new-group: SETTING=new-group',
];
const RIGHT = ['stop allocation-worker', 'start again allocation-worker'];

test('it is restarted with the wrong setting; healed by restarting it with the right one', async () => {
  const { context, news } = createContextDouble();
  const active = await workerMisconfigured.inject(SPEC, context);
  expect(active.afterAct).toBeUndefined();
  expect(news()).toEqual(['stop allocation-worker', ...WRONG]);
  await active.heal();
  expect(news()).toEqual(RIGHT);
});

test('after the act: stopped before it, started with the wrong setting after it', async () => {
  const { context, news } = createContextDouble();
  const active = await workerMisconfigured.inject({ ...SPEC, start: 'after-act' }, context);
  expect(news()).toEqual(['stop allocation-worker']);
  await active.afterAct?.();
  expect(news()).toEqual(WRONG);
  await active.heal();
  expect(news()).toEqual(RIGHT);
});

test('a worker that does not start with the wrong setting has not fired', async () => {
  const [start = ''] = WRONG;
  const { context, said } = createContextDouble({ failing: start });
  await expect(workerMisconfigured.inject(SPEC, context)).rejects.toThrow('cannot start');
  expect(said).toEqual(['stop allocation-worker', start]);
});

test('a new group, and one in a wrong topic, may read from the beginning, and needs topics without a past', () => {
  expect(workerMisconfigured.needsFreshTopics?.(SPEC)).toBe(true);
  expect(workerMisconfigured.needsFreshTopics?.({ ...SPEC, setting: 'wrong-topic' })).toBe(true);
});
