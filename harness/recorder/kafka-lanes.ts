/** The ways by which partitions are read: one to each broker, for what it leads. */
import type { KafkaAddress } from '../addresses/address.ts';
import { openBrokerConnection } from '../wire/kafka/broker-connection.ts';
import type { KafkaConnection } from '../wire/kafka/request.ts';
import type { Reading } from './kafka-topic-list.ts';
import { createPace } from './pace.ts';
import type { Pace } from './pace.ts';

export interface Lane {
  readonly connection: KafkaConnection;
  /** Is the partition read here? */
  leads(reading: Reading): boolean;
  readonly pace: Pace;
  /** An outage was told and has not ended yet. */
  failing: boolean;
  /** The poll under way was ended by ourselves. */
  cut: boolean;
}

/** Opens connections on first use. `mayWait`: of the pace. */
export const openLanes = (address: KafkaAddress, mayWait: () => boolean): readonly Lane[] => {
  const lane = (broker: KafkaAddress, leads: Lane['leads']): Lane => ({
    connection: openBrokerConnection({ address: broker }),
    leads,
    pace: createPace(mayWait),
    failing: false,
    cut: false,
  });
  if (address.nodes === undefined) return [lane(address, () => true)];
  return [...address.nodes].map(([nodeId, broker]) => lane(broker, ({ leader }) => leader === nodeId));
};

/** Ends the polls under way: nothing of them is lost, and the next ones know what has changed. */
export const cutShort = (lanes: readonly Lane[]): void => {
  for (const lane of lanes) {
    lane.cut = true;
    lane.connection.disconnect();
  }
};

/** Somebody waits for what is read next. */
export const hurry = (lanes: readonly Lane[]): void => {
  for (const { pace } of lanes) pace.hurry();
};

/** Tells of what a broker leads that joined the cluster later: there is no way to it. Once for each. */
export const createStrangers = (
  lanes: readonly Lane[],
  tell: (reading: Reading) => void,
): ((readings: readonly Reading[]) => void) => {
  const told = new Set<number>();
  return (readings) => {
    for (const reading of readings) {
      if (reading.leader < 0 || told.has(reading.leader) || lanes.some((lane) => lane.leads(reading))) continue;
      told.add(reading.leader);
      tell(reading);
    }
  };
};
