/** Part of reference-hardened.test.ts: whatever admin-service answers. */
import { expect, it } from 'vitest';
import { failing, send, writeRow } from '../support/admin-stand-in.ts';
import type { Behaviour } from '../support/admin-stand-in.ts';
import { HARDENED } from '../support/reference-bench.ts';
import type { ReferenceBench } from '../support/reference-bench.ts';
import { eventOf, newSubject } from '../support/reference-pipeline.ts';

export const testAnswers = ({ now, allocate, announced }: ReferenceBench): void => {
  const wrongId: Behaviour = async (call, pool) => {
    await writeRow(call, pool);
    send(call, 201, { id: crypto.randomUUID(), trainerId: crypto.randomUUID() });
  };
  const late: Behaviour = (call, pool) => {
    send(call, 201, { id: crypto.randomUUID() });
    setTimeout(() => void writeRow(call, pool).catch(() => undefined), 150);
  };
  const commitsThenDrops: Behaviour = async (call, pool) => {
    await writeRow(call, pool);
    call.response.socket?.resetAndDestroy();
  };
  const truncated: Behaviour = ({ response }) => {
    response.writeHead(201, { 'content-length': 1000 });
    response.write('{"success":');
    setTimeout(() => response.destroy(), 10);
  };
  const silent: Behaviour = () => undefined;
  const cases: Readonly<Record<string, Behaviour>> = {
    'a wrong id': wrongId,
    'a row that comes later': late,
    'a row and then a reset': commitsThenDrops,
    'an answer that is cut off': truncated,
    'no JSON': ({ response }) => void response.writeHead(201).end('<html>'),
    'an empty answer': ({ response }) => void response.writeHead(201).end(),
    'no answer at all': silent,
  };

  it.each(Object.entries(cases))('%s: one allocation, announced and marked', async (_name, behaviour) => {
    // The others answer or hang up: cutting them short would only fail calls that a busy machine is slow with.
    const env = behaviour === silent ? { ADMIN_SERVICE_TIMEOUT_MS: '300' } : {};
    const { subject, worker } = await allocate(HARDENED, [behaviour], env);
    const rows = await now().pipeline.allocationsOf(subject);
    expect(rows).toHaveLength(1);
    expect((await announced(subject)).value['allocationId']).toBe(rows[0]?.id);
    // Where the row is there when the call ends, whatever was answered, no further attempt is needed.
    if (behaviour === wrongId || behaviour === commitsThenDrops) expect(worker.logged('attempt failed')).toBe(false);
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CREATED')).toHaveLength(1);
    expect(await now().pipeline.recordsOf('dead-letter-queue', subject)).toEqual([]);
  });

  it('waits for a row that comes later within the documented first delay, and calls once', async () => {
    const subject = newSubject();
    now().admin.plan(subject, late);
    const worker = await now().workers.start(HARDENED, { firstDelayMs: 2000 });
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await worker.drained();
    expect(now().admin.callsOf(subject)).toHaveLength(1);
  });

  it('retries more often than the dead-letter queue would take', async () => {
    const { subject, worker } = await allocate(
      HARDENED,
      Array.from({ length: 8 }, () => failing(503)),
    );
    expect(now().admin.callsOf(subject)).toHaveLength(9);
    const failed = worker.lines.filter(({ message }) => message === 'attempt failed');
    expect(failed.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await now().pipeline.recordsOf('dead-letter-queue', subject)).toEqual([]);
  });
};
