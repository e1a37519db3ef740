/** What a classic consumer says of itself when it joins a group (`ConsumerProtocolSubscription` and `…Assignment` of Kafka 4.2). */
import { Reader } from './codec.ts';

/** The topics it subscribes to; undefined when the bytes say nothing: a client may put anything there. */
export const subscribedTopics = (subscription: Buffer | null): readonly string[] | undefined => {
  if (subscription === null || subscription.length === 0) return undefined;
  try {
    const reader = new Reader(subscription);
    reader.int16(); // version
    return reader.array(false, () => reader.string(false));
  } catch {
    return undefined;
  }
};

/** How many partitions it was given; undefined when the bytes say nothing, as while its group rebalances. */
export const assignedPartitions = (assignment: Buffer | null): number | undefined => {
  if (assignment === null || assignment.length === 0) return undefined;
  try {
    const reader = new Reader(assignment);
    reader.int16(); // version
    const topics = reader.array(false, () => {
      reader.string(false);
      return reader.array(false, () => reader.int32()).length;
    });
    return topics.reduce((sum, partitions) => sum + partitions, 0);
  } catch {
    return undefined;
  }
};
