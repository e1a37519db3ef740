import { expect, test } from 'vitest';
import { backendStages } from './backend.ts';

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const message = (type: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);

const STARTUP = Buffer.concat([int32(18), int32(196608), Buffer.from('user\0me\0\0\0')]);
const SSL = Buffer.concat([int32(8), int32(80877103)]);
const GSS = Buffer.concat([int32(8), int32(80877104)]);
const OK = message('R', int32(0));
const NOTICE = message('N', Buffer.from('SNOTICE\0\0'));
const KEY = message('K', Buffer.concat([int32(4711), int32(1)]));
const READY = message('Z', Buffer.from('I'));

/** What is found, with everything in pieces of so many bytes. */
const found = (size: number, ...said: readonly (readonly ['up' | 'down', Buffer])[]): readonly number[] => {
  const pids: number[] = [];
  const stages = backendStages((pid) => void pids.push(pid));
  for (const [way, bytes] of said)
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = bytes.subarray(at, at + size);
      expect(stages[way](chunk)).toEqual([chunk]);
    }
  return pids;
};

test.each([1, 3, 1000])('the server names its process once, in pieces of %i bytes', (size) => {
  const answer = Buffer.concat([OK, NOTICE, KEY, READY, KEY]);
  expect(found(size, ['up', STARTUP], ['down', answer])).toEqual([4711]);
  expect(
    found(
      size,
      ['up', GSS],
      ['down', Buffer.from('N')],
      ['up', SSL],
      ['down', Buffer.from('N')],
      ['up', STARTUP],
      ['down', answer],
    ),
  ).toEqual([4711]);
});

test('what is encrypted, refused or another protocol says nothing', () => {
  expect(found(1000, ['up', SSL], ['down', Buffer.concat([Buffer.from('S'), KEY])])).toEqual([]);
  expect(found(1000, ['up', STARTUP], ['down', Buffer.concat([message('E', Buffer.from('no\0')), KEY])])).toEqual([]);
  expect(found(1000, ['up', STARTUP], ['down', Buffer.from('HTTP/1.1 200 OK')])).toEqual([]);
});
