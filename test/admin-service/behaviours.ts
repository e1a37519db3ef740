/** Part of admin-service.test.ts: how long behaviours last, whom they strike, and those that take their time. */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { AUTO_ASSIGN_PATH } from '../../harness/pipeline/testing.ts';
import { RESET, newIds } from '../support/admin-bench.ts';
import type { AdminBench } from '../support/admin-bench.ts';
import { eventually } from '../support/postgres.ts';

export const testBehaviours = ({ now, assign, rowsOf, lastResponse, effects }: AdminBench): void => {
  test('strikes one student and no other', async () => {
    const { service } = now();
    const [struck, other] = [newIds(), newIds()];
    service.behave(struck.studentId, { behaviour: 'fails', status: 503 });
    expect((await assign(struck)).status).toBe(503);
    expect((await assign(other)).status).toBe(201);
    expect((await assign(struck)).status).toBe(503);
  });

  test('ends when it is healed, and several follow each other', async () => {
    const { service } = now();
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'fails', times: 1 });
    const control = service.behave(ids.studentId, { behaviour: 'refuses', status: 503 });
    expect((await assign(ids)).status).toBe(500);
    expect((await assign(ids)).status).toBe(503);
    expect((await lastResponse()).ended).toBe('refused');
    control.heal();
    control.heal();
    expect((await assign(ids)).status).toBe(201);
    expect(control.fired()).toBe(1);
  });

  test('hangs: counts as open, is reset when healed', async () => {
    const { service, tape } = now();
    const ids = newIds();
    const control = service.behave(ids.studentId, { behaviour: 'hangs' });
    const call = assign(ids).catch((error: Error) => error);
    await eventually('the call to hang', () => control.fired() === 1);
    expect(service.openCalls()).toBe(1);
    expect(tape.of('http.response')).toEqual([]);
    control.heal();
    expect(await call).toMatchObject({ message: expect.stringMatching(RESET) as unknown });
    expect(await lastResponse()).toMatchObject({ status: null, behaviour: 'hangs', ended: 'reset' });
    expect(await rowsOf(ids)).toHaveLength(0);
    expect((await assign(ids)).status).toBe(201);
  });

  test('hangs: ends when the client gives up', async () => {
    const { service, tape, port } = now();
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'hangs' });
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: AUTO_ASSIGN_PATH, agent: false });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ ...ids, timeSlot: 'x', date: 'y' }));
    await eventually('the call to hang', () => service.openCalls() === 1 && tape.of('http.request').length === 1);
    request.destroy();
    expect(await lastResponse()).toMatchObject({ status: null, ended: 'client-gone' });
  });

  test('slow: the work is done although the client gave up; healing ends the wait', async () => {
    const { service, tape, port } = now();
    const ids = newIds();
    const control = service.behave(ids.studentId, { behaviour: 'slow', delayMs: 60_000 });
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: AUTO_ASSIGN_PATH, agent: false });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ ...ids, timeSlot: 'x', date: 'y' }));
    await eventually('the call to begin', () => control.fired() === 1);
    request.destroy();
    await eventually('the client to be gone', () => tape.of('http.disconnected').length === 1);
    expect(service.openCalls()).toBe(1);
    control.heal();
    expect(await lastResponse()).toMatchObject({ behaviour: 'slow', status: null, ended: 'client-gone' });
    expect(await rowsOf(ids)).toHaveLength(1);
  });

  test('late-commit: a row that meets the unique index is dropped, and said so', async () => {
    const { service, tape } = now();
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'late-commit', times: 1, delayMs: 300 });
    const early = await assign(ids);
    expect(service.pendingEffects()).toBe(1);
    expect(service.openCalls()).toBe(1);
    const second = await assign(ids);
    expect(second.status).toBe(201);
    await eventually('the late row', () => service.openCalls() === 0);
    const rows = await rowsOf(ids);
    expect(rows.map((row) => row.id)).toEqual([second.json.data['id']]);
    expect(tape.of('http.effect')).toMatchObject([
      { effect: 'inserted', rowId: second.json.data['id'] },
      { effect: 'dropped', rowId: early.json.data['id'], call: tape.of('http.request')[0]?.call },
    ]);
    expect(tape.of('trial.harness-error')).toEqual([]);
  });

  test('late-commit: dropped when the stub closes first', async () => {
    const { service } = now();
    const ids = newIds();
    service.behave(ids.studentId, { behaviour: 'late-commit', delayMs: 60_000 });
    await assign(ids);
    await service.close();
    expect(service.openCalls()).toBe(0);
    expect(await rowsOf(ids)).toHaveLength(0);
    expect(effects()).toEqual(['dropped']);
  });

  test('is refused when it is none', () => {
    const { service } = now();
    expect(() => service.behave(randomUUID(), { behaviour: 'sleeps' })).toThrow(/sleeps/);
    expect(() => service.behave(randomUUID(), { behaviour: 'fails', status: 99 })).toThrow(/99/);
  });
};
