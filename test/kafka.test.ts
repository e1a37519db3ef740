/**
 * Kafka on the wire and the recorder's two Kafka sources, on a real broker. What is tested stands in kafka/: one file of
 * tests for all of it, because each starts a broker.
 */
import { describe } from 'vitest';
import { testEveryRequest } from './kafka/every-request.ts';
import { testHeldBack } from './kafka/held-back.ts';
import { testNewerGroups } from './kafka/newer-groups.ts';
import { testOffsets } from './kafka/offsets.ts';
import { testPolling } from './kafka/polling.ts';
import { testRecords } from './kafka/records.ts';
import { testRelay } from './kafka/relay.ts';
import { testRequests } from './kafka/requests.ts';
import { useKafka } from './support/kafka-bench.ts';

const bench = useKafka();

describe('requests', () => testRequests(bench));
describe('the source of records', () => {
  testRecords(bench);
  testPolling(bench);
});
describe('the source of offsets', () => testOffsets(bench));
describe('groups of the newer protocol (KIP-848)', () => testNewerGroups(bench));
describe('the relay', () => testRelay(bench));
describe('a relay that holds back', () => {
  testEveryRequest();
  testHeldBack(bench);
});
