import { expect, test } from 'vitest';
import { hostAndPort } from './host-and-port.ts';

test.each([
  ['127.0.0.1', '127.0.0.1:9092'],
  ['kafka.example.org', 'kafka.example.org:9092'],
  ['::1', '[::1]:9092'],
])('%s', (host, text) => {
  expect(hostAndPort({ host, port: 9092 })).toBe(text);
  expect(new URL(`http://${text}`).port).toBe('9092');
});
