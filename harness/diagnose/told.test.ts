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

const never = { ms: 60_000, abandon: () => expect.fail('it was not late') };

it('what one step could not find out is said with the way out', async () => {
  expect(await told('Kafka', () => Promise.resolve(1), never)).toEqual({ value: 1 });
  const error = new FaultlineError('environment', 'refused', 'See external.kafka.tls.');
  expect(await told('Kafka', () => Promise.reject(error), never)).toEqual({
    why: 'Kafka: refused. See live.kafka.tls.',
  });
});

it('a step that never ends is given up, and ends no other', async () => {
  let abandoned = 0;
  const late = { ms: 1, abandon: () => (abandoned += 1) };
  expect(await told('the rows', () => new Promise(() => undefined), late)).toEqual({
    why: 'the rows: it took longer than 0.001 s',
  });
  expect(abandoned).toBe(1);
  // What becomes of it afterwards is nobody's business.
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise((_, reject) => (fail = reject));
  expect(await told('the rows', () => work, late)).toHaveProperty('why');
  fail(new Error('abandoned'));
});
