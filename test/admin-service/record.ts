/** Part of admin-service.test.ts: what the stub records of connections and calls, whatever comes over them. */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { AUTO_ASSIGN_PATH } from '../../harness/pipeline/testing.ts';
import { newIds } from '../support/admin-bench.ts';
import type { AdminBench } from '../support/admin-bench.ts';
import { eventually } from '../support/postgres.ts';

export const testRecord = ({ now, dial, send, assign, lastResponse }: AdminBench): void => {
  test('knows the worker by its port, and numbers connections and calls', async () => {
    const { service, tape, port } = now();
    const other = await service.listenFor('purchase-worker');
    expect(other).not.toBe(port);
    expect(await service.listenFor('allocation-worker')).toBe(port);
    await assign(newIds());
    dial(other);
    await assign(newIds());
    await eventually('the connections to close', () => tape.of('http.disconnected').length === 2);
    expect(tape.of('http.connected')).toMatchObject([
      { connection: 1, worker: 'allocation-worker' },
      { connection: 2, worker: 'purchase-worker' },
    ]);
    expect(tape.of('http.request')).toMatchObject([
      { call: 1, connection: 1, worker: 'allocation-worker', json: { timeSlot: '4:00 PM' } },
      { call: 2, connection: 2, worker: 'purchase-worker' },
    ]);
    expect(tape.of('http.disconnected')[0]?.bytesRead).toBeGreaterThan(200);
  });

  test('shows a connection over which nothing came', async () => {
    const { tape, port } = now();
    const socket = connect(port, '127.0.0.1');
    await eventually('the connection', () => tape.of('http.connected').length === 1);
    socket.destroy();
    await eventually('its end', () => tape.of('http.disconnected').length === 1);
    expect(tape.of('http.disconnected')).toMatchObject([{ connection: 1, bytesRead: 0 }]);
    expect(tape.of('http.request')).toEqual([]);
  });

  test('ends requests that were sent before earlier ones were answered, when their connection goes', async () => {
    const { service, tape, port } = now();
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'hangs' });
    const body = JSON.stringify({ ...ids, timeSlot: 'x', date: 'y' });
    const head = `host: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST ${AUTO_ASSIGN_PATH} HTTP/1.1\r\n${head}\r\n\r\n${body}`);
    socket.write('GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(12));
    await eventually('the requests', () => tape.of('http.request').length === 13);
    // Requests for anything else are no calls.
    expect(service.openCalls()).toBe(1);
    socket.destroy();
    await eventually('their ends', () => tape.of('http.response').length === 13);
    expect(tape.of('http.response').every(({ ended, status }) => ended === 'client-gone' && status === null)).toBe(
      true,
    );
    expect(service.openCalls()).toBe(0);
  });

  test('hides credentials, keeps the rest, and finds a correlation id', async () => {
    const { tape } = now();
    const correlationId = randomUUID();
    await send({
      path: `${AUTO_ASSIGN_PATH}?token=hidden1`,
      headers: {
        authorization: 'Bearer hidden2',
        cookie: 'session=hidden3',
        'x-api-key': 'hidden4',
        'x-callback': 'http://user:hidden5@host/path',
        'x-odd': 'ÿ\u0080',
      },
      body: JSON.stringify({ ...newIds(), timeSlot: 'x', date: 'y', paymentMetadata: { correlationId } }),
    });
    await lastResponse();
    const [request] = tape.of('http.request');
    expect(JSON.stringify(request)).not.toMatch(/hidden/);
    expect(request).toMatchObject({ correlationId, headers: { 'content-type': 'application/json', cookie: '***' } });
  });

  test('survives 100 MB: hashed, cut, answered 413', async () => {
    const { tape } = now();
    const answer = await send({ body: Buffer.alloc(100 * 1024 * 1024, 'x') });
    expect(answer.status).toBe(413);
    await lastResponse();
    const [request] = tape.of('http.request');
    expect(request?.body.text).toMatch(/^x{1000,262144}$/);
    expect(request).not.toHaveProperty('json');
    expect(request?.body.truncated).toEqual({
      bytes: 104_857_600,
      sha256: '5b05b298e974f3b9e40f0a1a8188f50984a4f18fb329e050324296632d3d9dfc',
    });
  }, 120_000);

  test('survives bytes that are no HTTP, a broken body, and a client that leaves in the middle', async () => {
    const { service, tape, port } = now();
    const raw = async (bytes: string, hangUp: boolean): Promise<string> => {
      const seen = tape.of('http.disconnected').length;
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('error', () => undefined);
      socket.write(bytes);
      if (hangUp) {
        await eventually('the request to begin', () => service.openCalls() === 1);
        socket.destroy();
      }
      await eventually('the connection to end', () => tape.of('http.disconnected').length > seen);
      return text;
    };
    expect(await raw('\u0000\u0001 nonsense\r\n\r\n', false)).toMatch(/^HTTP\/1\.1 400/);
    expect(tape.of('http.request')).toEqual([]);
    expect(tape.of('http.disconnected')).toMatchObject([{ malformed: true }]);
    await raw(`POST ${AUTO_ASSIGN_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":`, true);
    expect(await lastResponse()).toMatchObject({ status: null, ended: 'client-gone' });
    expect(tape.of('http.request')).toMatchObject([{ body: { text: '{"half":' } }]);
    // Whoever leaves in the middle has brought no garbage.
    expect(tape.of('http.disconnected').at(-1)?.malformed).toBeUndefined();
    expect((await assign(newIds())).status).toBe(201);
    expect(tape.of('trial.harness-error')).toEqual([]);
  });

  test('closing connections ends calls as reset by the stub', async () => {
    const { service } = now();
    const ids = newIds();
    const control = service.behave(ids.studentId, { behaviour: 'hangs' });
    const call = assign(ids).catch((error: Error) => error);
    await eventually('the call to hang', () => control.fired() === 1);
    service.closeConnections();
    expect(await call).toBeInstanceOf(Error);
    expect(await lastResponse()).toMatchObject({ ended: 'reset', status: null });
    await service.close();
    await service.close();
    await expect(assign(newIds())).rejects.toThrow(/ECONNREFUSED/);
  });
};
