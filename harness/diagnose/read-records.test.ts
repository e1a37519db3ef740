import { expect, it } from 'vitest';
import { createLimiter } from './limiter.ts';
import { inReadingOrder, pauseFor, readRecords, unreadIn } from './read-records.ts';
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

/** A connection on which nothing may be asked. */
const untouched = {
  send: () => Promise.reject(new Error('it was asked')),
  disconnect: () => undefined,
  close: () => undefined,
};

const readingOf = (recordsMs: number, signal: AbortSignal) => {
  const [place] = placesOf('purchase-created').map((one) => ({
    ...one,
    end: 5,
    written: 5,
    soFar: goOn(undefined, 0),
  }));
  const limiter = createLimiter(1000);
  const pace = { limiter, recordsMs, signal };
  return { place, reading: readRecords(untouched, place === undefined ? [] : [place], () => true, pace) };
};

it('a step that nobody waits for any more asks nothing', async () => {
  const { signal } = new AbortController();
  await expect(readingOf(60_000, signal).reading).rejects.toThrow('it was asked');
  await expect(readingOf(60_000, AbortSignal.abort()).reading).rejects.toThrow(/abort/i);
});

it('nothing is asked, nor paid for, beyond the time that there is', async () => {
  const { place, reading } = readingOf(0, new AbortController().signal);
  expect(await reading).toEqual([]);
  expect(place).toMatchObject({ stopped: 'purchase-created-0 was read up to 0 of 5: the time was up' });
  expect([pauseFor(500, 1000), pauseFor(5000, 1000), pauseFor(5000, -1)]).toEqual([500, 1000, 0]);
});
