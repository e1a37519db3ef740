/** The harness's own connections to Kafka. */
import type { KafkaAddress } from '../../addresses/address.ts';
import { openBrokerConnection } from './broker-connection.ts';
import type { BrokerConnectionOptions } from './broker-connection.ts';
import { openClusterConnection } from './cluster-connection.ts';
import type { KafkaConnection } from './request.ts';

export interface ConnectionOptions extends Omit<BrokerConnectionOptions, 'address'> {
  readonly address: KafkaAddress;
  /** How many brokers of a cluster it may be connected to at once. Left out: all. */
  readonly mostOpen?: number;
}

/** Opens a connection on first use. Nothing is sent before the first request. */
export const openKafkaConnection = ({ address, ...options }: ConnectionOptions): KafkaConnection =>
  address.nodes === undefined
    ? openBrokerConnection({ address, ...options })
    : openClusterConnection({ nodes: address.nodes, ...options });
