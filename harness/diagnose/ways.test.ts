import { expect, it } from 'vitest';
import { closeAll, endedBy } from './ways.ts';

it('a way that does not close keeps no other one open', async () => {
  const closed: string[] = [];
  const failing = { close: () => Promise.reject(new Error('gone')) };
  const good = { close: () => Promise.resolve(void closed.push('PostgreSQL')) };
  await closeAll([{ value: failing }, { value: good }, { why: 'no address' }]);
  expect(closed).toEqual(['PostgreSQL']);
});

it('once nobody waits for it any more, what is under way fails and nothing more is asked', () => {
  const happened: string[] = [];
  const note = (what: string) => (): void => void happened.push(what);
  const ways = {
    kafka: { value: { to: { close: note('Kafka is asked no more') }, abandon: note('Kafka') } },
    postgres: { value: { abandon: note('PostgreSQL') } },
  };
  const ending = new AbortController();
  const stopped = new AbortController();
  endedBy(ending.signal, ways);
  endedBy(stopped.signal, ways)();
  stopped.abort();
  expect(happened).toEqual([]);
  ending.abort();
  const all = ['Kafka', 'Kafka is asked no more', 'PostgreSQL'];
  expect(happened).toEqual(all);
  // Also where it was over before the ways were open.
  endedBy(ending.signal, ways);
  expect(happened).toEqual([...all, ...all]);
});
