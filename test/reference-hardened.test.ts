/** What the hardened reference workers survive, as processes, against real Kafka and PostgreSQL. */
import { Toxiproxy } from 'toxiproxy-node-client';
import { describe, expect, it } from 'vitest';
import type { Behaviour } from './support/admin-stand-in.ts';
import { failing, normal, send, writeRow } from './support/admin-stand-in.ts';
import { useBench } from './support/reference-bench.ts';
import type { Subject } from './support/reference-pipeline.ts';
import { eventOf, newSubject, until } from './support/reference-pipeline.ts';
import type { Program } from './support/reference-process.ts';

const { now, allocate, announced } = useBench();

const HARDENED = 'allocation-worker/hardened';

describe('allocation-worker/hardened, whatever admin-service answers', () => {
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
  const cases: Readonly<Record<string, Behaviour>> = {
    'a wrong id': wrongId,
    'a row that comes later': late,
    'a row and then a reset': commitsThenDrops,
    'an answer that is cut off': truncated,
    'no JSON': ({ response }) => void response.writeHead(201).end('<html>'),
    'an empty answer': ({ response }) => void response.writeHead(201).end(),
    'no answer at all': () => undefined,
  };

  it.each(Object.entries(cases))('%s: one allocation, announced and marked', async (_name, behaviour) => {
    const { subject, worker } = await allocate(HARDENED, [behaviour], { ADMIN_SERVICE_TIMEOUT_MS: '300' });
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
});

describe('allocation-worker/hardened, life and death', () => {
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
});

describe('a poison event', () => {
  const poison: Readonly<Record<string, (subject: Subject) => string>> = {
    'that is not JSON': () => '{"type": "PURCHASE_',
    'without a studentId': (subject) => eventOf('PURCHASE_CREATED', { ...subject, studentId: '' }),
    'with a courseId that is no UUID': (subject) => eventOf('PURCHASE_CREATED', { ...subject, courseId: 'maths' }),
    'that admin-service calls invalid': (subject) => eventOf('PURCHASE_CREATED', subject),
  };

  it.each(Object.entries(poison))(
    '%s gets one dead-letter record, and the one behind it is done',
    async (name, build) => {
      const [bad, good] = [newSubject(), newSubject()];
      if (name.includes('invalid')) now().admin.plan(bad, failing(400));
      const worker = await now().workers.start(HARDENED);
      await now().pipeline.publish('purchase-created', bad, build(bad), 1);
      await now().pipeline.publish('purchase-created', good, eventOf('PURCHASE_CREATED', good), 1);
      await worker.drained();
      await announced(good);
      expect(await now().pipeline.recordsOf('dead-letter-queue', bad)).toMatchObject([
        {
          headers: { originalTopic: 'purchase-created', originalPartition: '1', correlationId: bad.paymentId },
          value: { attempts: 1 },
        },
      ]);
      expect(await now().pipeline.marksOf(bad, 'PURCHASE_CREATED')).toEqual([]);
    },
  );

  it('of purchase-worker is treated the same way', async () => {
    const [bad, good] = [newSubject(), newSubject()];
    const worker = await now().workers.start('purchase-worker/hardened');
    await now().pipeline.publish('purchase-confirmed', bad, 'null', 1);
    await now().pipeline.publish('purchase-confirmed', good, eventOf('PURCHASE_CONFIRMED', good), 1);
    await worker.drained();
    await until('PURCHASE_CREATED', async () => (await now().pipeline.recordsOf('purchase-created', good))[0]);
    expect(await now().pipeline.recordsOf('dead-letter-queue', bad)).toHaveLength(1);
  });
});

// Last, because topics made anew do not suit the clients that the other tests share.
describe('purchase-worker without the topic purchase-created', () => {
  const records = async (topic: string) =>
    (await now().pipeline.admin.fetchTopicOffsets(topic)).reduce((sum, { offset }) => sum + Number(offset), 0);

  /** A worker whose producer knows the topic from before, the topic gone, and a payment. */
  const confirmWithout = async (program: Program) => {
    const { pipeline, workers } = now();
    const [earlier, subject] = [newSubject(), newSubject()];
    const worker = await workers.start(program);
    await pipeline.publish('purchase-confirmed', earlier, eventOf('PURCHASE_CONFIRMED', earlier));
    await worker.drained();
    await pipeline.admin.deleteTopics({ topics: ['purchase-created'] });
    const deadLetters = await records('dead-letter-queue');
    await pipeline.publish('purchase-confirmed', subject, eventOf('PURCHASE_CONFIRMED', subject));
    await until('a failed attempt', () => worker.logged('attempt failed'));
    return { subject, worker, deadLetters };
  };

  it('incident: dead-letters the event, which is not announced', async () => {
    const { deadLetters } = await confirmWithout('purchase-worker/incident');
    await until('the dead letter', async () => (await records('dead-letter-queue')) === deadLetters + 1);
    await now().workers.endAll();
    await now().pipeline.createTopics(['purchase-created']);
  });

  it('hardened: announces the purchase when the topic is there again, and marks it only then', async () => {
    const { subject, worker, deadLetters } = await confirmWithout('purchase-worker/hardened');
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CONFIRMED')).toEqual([]);
    await now().pipeline.createTopics(['purchase-created']);
    await worker.drained();
    expect(await now().pipeline.marksOf(subject, 'PURCHASE_CONFIRMED')).toHaveLength(1);
    expect(await records('purchase-created')).toBe(1);
    expect(await records('dead-letter-queue')).toBe(deadLetters);
  });
});
