import { expect, it } from 'vitest';
import { FaultlineError } from '../base/errors.ts';
import { ofLive, told } from './told.ts';

it('names the settings of a live system, and leaves addresses as they are', () => {
  expect(ofLive('Are external.postgres.url (FAULTLINE_POSTGRES_URL) and external.kafka.sasl.plaintext right?')).toBe(
    'Are live.postgres.url (DATABASE_URL) and live.kafka.sasl.plaintext right?',
  );
  for (const address of ['kafka.external.example:9092', 'external.kafka.example:9092', 'db.external.kafka.tls.example'])
    expect(ofLive(`${address}: refused`)).toBe(`${address}: refused`);
});

it('what one step could not find out is said with the way out', async () => {
  expect(await told('Kafka', () => Promise.resolve(1))).toEqual({ value: 1 });
  const error = new FaultlineError('environment', 'refused', 'See external.kafka.tls.');
  expect(await told('Kafka', () => Promise.reject(error))).toEqual({ why: 'Kafka: refused. See live.kafka.tls.' });
});
