/** Part of reference-hardened.test.ts: signals, deaths, deliveries again, and what it needs being away. */
import { Toxiproxy } from 'toxiproxy-node-client';
import { expect, it } from 'vitest';
import { failing, normal, writeRow } from '../support/admin-stand-in.ts';
import { HARDENED } from '../support/reference-bench.ts';
import type { ReferenceBench } from '../support/reference-bench.ts';
import { eventOf, newSubject, until } from '../support/reference-pipeline.ts';

export const testLifeAndDeath = ({ now, announced }: ReferenceBench): void => {
  it('leaves at once at SIGTERM in the middle of a back-off, with the offset uncommitted', async () => {
    const subject = newSubject();
    now().admin.plan(subject, ...Array.from({ length: 3 }, () => failing(500)));
    const worker = await now().workers.start(HARDENED, { firstDelayMs: 20_000 });
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('the failed attempt', () => worker.logged('attempt failed'));
    const signalled = Date.now();
    worker.signal('SIGTERM');
    expect(await worker.exit).toMatchObject({ code: 0 });
    // The back-off itself would have taken 20 s.
    expect(Date.now() - signalled).toBeLessThan(20_000);
    expect(await now().pipeline.lagOf(worker.group, worker.topic)).toBe(1);
    expect(await now().pipeline.memberCount(worker.group)).toBe(0);
    const next = await now().workers.start(HARDENED, { group: worker.group, prime: false });
    await next.drained();
    await announced(subject);
  });

  it('leaves at once at SIGTERM while admin-service is silent', async () => {
    const subject = newSubject();
    now().admin.plan(subject, () => undefined);
    const worker = await now().workers.start(HARDENED);
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('the call', () => now().admin.callsOf(subject)[0]);
    worker.signal('SIGTERM');
    expect(await worker.exit).toMatchObject({ code: 0 });
    expect(await now().pipeline.lagOf(worker.group, worker.topic)).toBe(1);
    expect(await now().pipeline.memberCount(worker.group)).toBe(0);
  });

  it('announces an allocation that an earlier delivery left unannounced', async () => {
    const subject = newSubject();
    now().admin.plan(subject, async (call, pool) => void (await writeRow(call, pool)));
    const worker = await now().workers.start(HARDENED);
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('the row', async () => (await now().pipeline.allocationsOf(subject))[0]);
    worker.signal('SIGKILL');
    await worker.exit;
    await now().pipeline.removeMembers(worker.group);
    const next = await now().workers.start(HARDENED, { group: worker.group, prime: false });
    await next.drained();
    await announced(subject);
    expect(now().admin.callsOf(subject)).toHaveLength(1);
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CREATED')).toHaveLength(1);
  });

  it('reads what was published before its group existed', async () => {
    const subject = newSubject();
    await now().pipeline.createTopics(['from-the-beginning']);
    await now().pipeline.publish('from-the-beginning', subject, eventOf('PURCHASE_CREATED', subject));
    await now().workers.start(HARDENED, { env: { CONSUME_TOPIC: 'from-the-beginning' }, prime: false });
    await announced(subject);
  });

  it('allocates once for a duplicate and a -recovery event, and repeats the announcement with the same eventId', async () => {
    const subject = newSubject();
    const worker = await now().workers.start(HARDENED);
    for (const eventId of ['one', 'one', 'one-recovery'])
      await now().pipeline.publish(
        'purchase-created',
        subject,
        eventOf('PURCHASE_CREATED', subject, { eventId: `${subject.paymentId}-${eventId}` }),
      );
    await worker.drained();
    const rows = await now().pipeline.allocationsOf(subject);
    expect(rows).toHaveLength(1);
    expect(now().admin.callsOf(subject)).toHaveLength(1);
    await announced(subject);
    const eventIds = (await now().pipeline.recordsOf('trainer-allocated', subject)).map(
      ({ headers }) => headers['eventId'],
    );
    expect(new Set(eventIds)).toEqual(new Set([rows[0]?.id]));
  });

  it('goes on after its database connections were ended', async () => {
    const worker = await now().workers.start(HARDENED);
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'allocation-worker'`;
    await until('its connection', async () => (await now().pipeline.pool.query(end)).rowCount);
    // A connection may be ended while it is being made, which is another error than losing an idle one.
    await until('its connections to be gone', async () => (await now().pipeline.pool.query(end)).rowCount === 0);
    const subject = newSubject();
    now().admin.plan(subject, async (call, pool) => {
      await pool.query(end);
      await normal(call, pool);
    });
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await worker.drained();
    await announced(subject);
  });

  it('waits for a database that is away', async () => {
    const subject = newSubject();
    const { host, port } = now().environment.postgres;
    const toxiproxy = new Toxiproxy(`http://${now().environment.toxiproxy.host}:${now().environment.toxiproxy.port}`);
    const proxy = await toxiproxy.createProxy({
      name: 'database-away',
      listen: `${now().environment.toxiproxy.host}:0`,
      upstream: `${host}:${port}`,
    });
    const url = new URL(now().pipeline.databaseUrl);
    url.host = proxy.listen;
    const worker = await now().workers.start(HARDENED, { env: { DATABASE_URL: url.href } });
    await proxy.update({ enabled: false, listen: proxy.listen, upstream: proxy.upstream });
    await now().pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
    await until('a failed attempt', () => worker.logged('attempt failed'));
    expect(now().admin.callsOf(subject)).toEqual([]);
    await proxy.update({ enabled: true, listen: proxy.listen, upstream: proxy.upstream });
    await worker.drained();
    await announced(subject);
    await proxy.remove();
  });

  it('exits with 1 when its topic is missing', async () => {
    const worker = await now().workers.start(HARDENED, { env: { CONSUME_TOPIC: 'absent' }, prime: false, wait: false });
    expect((await worker.exit).code).toBe(1);
  });
};
