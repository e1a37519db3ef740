import { expect, it } from 'vitest';
import { inReadingOrder, unreadIn } from './read-records.ts';
import { goOn } from './read-so-far.ts';

const PAYMENT = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';

const placesOf = (name: string) => {
  const partitions = [0, 1, 2].map((partition) => ({ partition, leader: 0, errorCode: 0 }));
  return partitions.map(({ partition }) => ({ topic: { name, id: name, partitions }, partition }));
};

it('what a worker reads comes first, and of it where the key lies', () => {
  const places = [...placesOf('dead-letter-queue'), ...placesOf('purchase-created')];
  const order = (key?: string): readonly string[] =>
    inReadingOrder(places, (topic) => topic === 'purchase-created', key).map(
      ({ topic, partition }) => `${topic.name}-${partition}`,
    );
  // As the default partitioner of clients puts it: murmur2 of this key, modulo 3.
  expect(order(PAYMENT)).toEqual([
    'purchase-created-2',
    'purchase-created-0',
    'purchase-created-1',
    'dead-letter-queue-2',
    'dead-letter-queue-0',
    'dead-letter-queue-1',
  ]);
  expect([...order()].sort()).toEqual([...order(PAYMENT)].sort());
});

it('what stopped is of this look, and what cannot be read of all of them', () => {
  const soFar = { ...goOn(undefined, 0), unreadable: ['batch 0'] };
  expect(unreadIn({ soFar, stopped: 'the time was up' })).toEqual(['batch 0', 'the time was up']);
  expect(unreadIn({ soFar })).toEqual(['batch 0']);
});
