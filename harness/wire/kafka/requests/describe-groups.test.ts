import { expect, it } from 'vitest';
import { Reader, Writer } from '../codec.ts';
import { describeConsumerGroup } from './describe-groups.ts';

/** What a broker answers of a group that it tells nothing of. */
const answer = (code: number): Reader => {
  const writer = new Writer().int32(0);
  writer.array([code], true, (each) => {
    writer.int16(each).string('refused', true).string('workers', true).string('', true).int32(0).int32(0);
    writer.string('', true).array([], true, () => undefined);
    writer.int32(-2147483648).tags();
  });
  return new Reader(writer.tags().finish());
};

it('a broker without groups of the newer protocol has none of that name', () => {
  const { decode } = describeConsumerGroup('workers');
  expect(decode(answer(69))).toBeUndefined();
  expect(decode(answer(35))).toBeUndefined();
  expect(() => decode(answer(30))).toThrow(/GROUP_AUTHORIZATION_FAILED/);
});
