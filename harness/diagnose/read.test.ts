import { expect, it } from 'vitest';
import { closeAll } from './read.ts';

it('a way that does not close keeps no other one open', async () => {
  const closed: string[] = [];
  const failing = { close: () => Promise.reject(new Error('gone')) };
  const good = { close: () => Promise.resolve(void closed.push('PostgreSQL')) };
  await closeAll([{ value: failing }, { value: good }, { why: 'no address' }]);
  expect(closed).toEqual(['PostgreSQL']);
});
