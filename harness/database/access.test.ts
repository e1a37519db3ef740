import { expect, test } from 'vitest';
import { workerUrl } from './access.ts';

test('the address a worker gets survives odd names and passwords', () => {
  const server = {
    host: '127.0.0.1',
    port: 5432,
    admin: { user: 'admin', password: 'admin' },
    writer: { user: 'writer', password: 'writer' },
    worker: { user: 'team worker', password: 'p@ss/w:rd?' },
  };
  const url = new URL(workerUrl(server, 'slot 1', { host: 'localhost', port: 6000 }));
  expect([url.host, decodeURIComponent(url.pathname)]).toEqual(['localhost:6000', '/slot 1']);
  expect([decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual(['team worker', 'p@ss/w:rd?']);
  expect(new URL(workerUrl(server, 'd')).port).toBe('5432');
});
