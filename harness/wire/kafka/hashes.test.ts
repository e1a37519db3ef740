import { Partitioners } from 'kafkajs';
import { expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { JAVA_BATCHES } from './fixtures.ts';
import { partitionOf } from './murmur2.ts';

it('computes the CRC that Kafka writes', () => {
  expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283'); // RFC 3720's algorithm, the usual check value
  for (const hex of Object.values(JAVA_BATCHES)) {
    const batch = Buffer.from(hex, 'hex');
    expect(crc32c(batch.subarray(21))).toBe(batch.readUInt32BE(17));
  }
});

it('chooses the same partition as the Java client and kafkajs', () => {
  // Utils.toPositive(Utils.murmur2(key)) of kafka-clients 4.2.
  const java: Readonly<Record<string, number>> = {
    a: 584102524,
    ab: 316155434,
    abc: 479470107,
    abcd: 823834100,
    'correlation-é': 270663742,
    '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91': 453037943,
  };
  const kafkajs = Partitioners.DefaultPartitioner();
  const partitionMetadata = [0, 1, 2].map((partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [1],
    isr: [1],
  }));
  for (const [key, hash] of Object.entries(java)) {
    expect(partitionOf(Buffer.from(key), 1_000_003)).toBe(hash % 1_000_003);
    const message = { key, value: null };
    expect(partitionOf(Buffer.from(key), 3)).toBe(kafkajs({ topic: 't', partitionMetadata, message }));
  }
});
