/** Part of postgres.test.ts, whose environment has a Kafka as well: a live system that is read, and nothing changed. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { readAll } from '../../harness/diagnose/all/read-all.ts';
import { reportOfAll } from '../../harness/diagnose/all/report-all.ts';
import { chosenChecks, partsOf } from '../../harness/diagnose/chosen.ts';
import { reportOf } from '../../harness/diagnose/report.ts';
import { valueOf } from '../../harness/diagnose/snapshot.ts';
import type { Snapshot } from '../../harness/diagnose/snapshot.ts';
import { toHistory } from '../../harness/diagnose/to-history.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { openProducer } from '../../harness/wire/kafka/producer.ts';
import { deleteTopics } from '../../harness/wire/kafka/topics.ts';
import type { PostgresBench } from '../support/postgres-bench.ts';
import { openRequestsSeen } from '../support/requests-seen.ts';
import {
  COURSE,
  LONG_MS,
  PAYMENT,
  READS,
  STUDENT,
  incident,
  liveBench,
  serverLog,
  statementsIn,
} from './live-bench.ts';

const TWICE = 'c0ffee00-ea40-4ba9-a7bf-4ed47e735b91';

export const testLive = (bench: PostgresBench): void => {
  const { create } = bench;
  const { settingsOf, read, asAdmin, clusterState, withIncident } = liveBench(bench);

  test(
    'the incident is found, and broker and database were asked nothing but reads',
    async () => {
      const { database, kafka, topics } = await withIncident();
      const producer = openProducer(kafka);
      await producer.send('notification-requested', { key: null, value: 'of nobody' });
      producer.close();
      await asAdmin(database.name, `ALTER DATABASE "${database.name}" SET log_statement = 'all'`);
      const before = await clusterState();
      const seen = await openRequestsSeen(kafka);
      const length = serverLog().length;
      const found = (await read(settingsOf(database, seen.address))) as Snapshot;
      const report = reportOf(toHistory(found), { brokers: 'kafka:9092' });
      expect([report.outcome, ...report.causes.map(({ code }) => code)], report.inShort).toEqual([
        'cause-found',
        'FL0103',
        'FL0101',
      ]);
      expect(report.sources.filter(({ complete }) => complete)).toHaveLength(3);
      // One host has one clock.
      const { aheadMs, withinMs } = valueOf(found.looks[0].rows)!.clock!;
      expect(Math.abs(aheadMs)).toBeLessThanOrEqual(withinMs);
      expect(report.clocks.map((line) => line.split(':')[0])).toEqual(['the database server', 'the broker']);
      // Every way to ask for less asks for nothing else.
      for (const only of ['topic-exists', 'guard-marked', 'worker-running', 'announced'])
        await read(settingsOf(database, seen.address), {
          parts: partsOf(chosenChecks(only, undefined)),
          since: Date.now() - 60_000,
          bytesPerSecond: 100_000,
        });
      // One more is the database's.
      expect(seen.most()).toBeLessThanOrEqual(3);
      expect(seen.names().filter((name) => !READS.includes(name))).toEqual([]);
      expect(seen.names()).toContain('Fetch');
      seen.close();
      const statements = statementsIn(serverLog().slice(length));
      expect(statements.length).toBeGreaterThan(10);
      const reads = /^(?:SELECT |BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY$|SET LOCAL |ROLLBACK$)/;
      expect(statements.filter((statement) => !reads.test(statement))).toEqual([]);
      expect(await clusterState()).toEqual(before);
      await deleteTopics(kafka, topics);
      await database.drop();
    },
    LONG_MS,
  );

  test(
    'of many payments those are found that something is wrong with, and nothing but reads is asked',
    async () => {
      const { database, kafka, topics } = await withIncident();
      // All of these are right, but for one of which nobody was told; and one row is too young to be held to anything.
      await asAdmin(
        database.name,
        `UPDATE public.student_course_purchases SET created_at = now() - interval '1 hour';
       INSERT INTO public.student_course_purchases (id, student_id, course_id, purchase_tier, purchase_date, is_active, created_at)
         SELECT gen_random_uuid(), md5('s' || n)::uuid, md5('c' || n)::uuid, 10, now(), true, now() - interval '1 hour' FROM generate_series(1, 6000) n;
       INSERT INTO public.trainer_allocations (id, student_id, course_id, trainer_id, status, requested_by, requested_at, created_at)
         SELECT gen_random_uuid(), md5('s' || n)::uuid, md5('c' || n)::uuid, gen_random_uuid(), 'approved', gen_random_uuid(), now(), now() - interval '1 hour' FROM generate_series(1, 6000) n;
       INSERT INTO public.student_course_purchases (id, student_id, course_id, purchase_tier, purchase_date, is_active, created_at)
         VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 10, now(), true, now() + interval '1 minute')`,
      );
      // A table that has no key to go on by is read in one.
      await asAdmin(database.name, 'ALTER TABLE public.payments DROP CONSTRAINT payments_pkey CASCADE');
      // Two trainers for one of them, as before there was an index that forbids it.
      await asAdmin(
        database.name,
        `DROP INDEX public.unique_active_allocation;
       INSERT INTO public.payments (id, student_id, amount_cents, provider, status, metadata)
         VALUES ('${TWICE}', md5('s1')::uuid, 100, 'razorpay', 'succeeded', jsonb_build_object('courseId', md5('c1')::uuid));
       INSERT INTO public.trainer_allocations (id, student_id, course_id, trainer_id, status, requested_by, requested_at, created_at)
         VALUES (gen_random_uuid(), md5('s1')::uuid, md5('c1')::uuid, gen_random_uuid(), 'active', gen_random_uuid(), now(), now() - interval '1 hour')`,
      );
      const { rows } = (await asAdmin(
        database.name,
        'SELECT DISTINCT student_id AS "studentId", course_id AS "courseId" FROM public.trainer_allocations ORDER BY 1',
      )) as { rows: readonly object[] };
      const producer = openProducer(kafka);
      const emit = (topic: string, type: string, body: object, correlationId: string = randomUUID()) =>
        producer.send(topic, {
          key: correlationId,
          value: JSON.stringify({ type, ...body, _metadata: { correlationId, eventId: randomUUID() } }),
        });
      for (const pair of rows.slice(0, 20)) {
        await emit('purchase-confirmed', 'PURCHASE_CONFIRMED', pair);
        await emit('purchase-created', 'PURCHASE_CREATED', pair);
      }
      await emit('trainer-allocated', 'TRAINER_ALLOCATED', rows[0] ?? {});
      const waiting = randomUUID();
      const nobody = { studentId: randomUUID(), courseId: randomUUID(), paymentId: waiting };
      await emit('purchase-confirmed', 'PURCHASE_CONFIRMED', nobody, waiting);
      producer.close();
      await asAdmin(database.name, `ALTER DATABASE "${database.name}" SET log_statement = 'all'`);
      const before = await clusterState();
      const seen = await openRequestsSeen(kafka);
      const length = serverLog().length;
      const lines: string[] = [];
      const found = await readAll({
        pipeline: shippedPipeline,
        settings: settingsOf(database, seen.address),
        bytesPerSecond: 8_000_000,
        since: undefined,
        ripeMs: 0,
        progress: (line) => lines.push(line),
      });
      const report = reportOfAll(found, { brokers: 'kafka:9092' }, 'payment');
      expect(report.causes.map(({ code, count, possible }) => [code, count, possible])).toEqual([
        ['FL0101', 2, 2],
        ['FL0103', 1, 0],
        ['FL0105', 1, 1],
        ['FL0108', 1, 0],
      ]);
      expect(report.causes[3]?.examples.map(({ payment }) => payment)).toEqual([TWICE]);
      expect(report.causes[1]?.examples.map(({ payment }) => payment)).toEqual([PAYMENT]);
      expect(report.causes[2]?.examples.map(({ payment }) => payment)).toEqual([waiting]);
      expect(Object.fromEntries(report.untold.map(({ kind, count }) => [kind, count]))).toEqual({
        'allocation without TRAINER_ALLOCATED': 6000,
        'purchase without COURSE_ACCESS_GRANTED': 6001,
      });
      expect(report).toMatchObject({ rows: 12_005, records: 42, open: [], notLookedInto: [], unread: [] });
      expect(lines).toContain('6001 rows of trainer_allocations');
      expect(seen.names().filter((name) => !READS.includes(name))).toEqual([]);
      expect(seen.most()).toBeLessThanOrEqual(3);
      seen.close();
      const statements = statementsIn(serverLog().slice(length));
      const reads =
        /^(?:SELECT |BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY$|SET LOCAL |ROLLBACK$|DECLARE each_row NO SCROLL CURSOR FOR SELECT [^;]* FROM public."payments"$|FETCH FORWARD 2000 FROM each_row$)/;
      expect(statements.filter((statement) => !reads.test(statement))).toEqual([]);
      expect(await clusterState()).toEqual(before);

      // Who ends it in the middle waits for nothing: neither for the rows, nor between the looks.
      for (const moment of [/rows of student_course_purchases/, /^going through the records/, /^looking again/]) {
        const ending = new AbortController();
        const reason = new Error('Ctrl-C');
        const said: string[] = [];
        const ended = readAll({
          pipeline: shippedPipeline,
          settings: settingsOf(database),
          bytesPerSecond: 8_000_000,
          since: undefined,
          ripeMs: 0,
          progress: (line) => {
            said.push(line);
            if (moment.test(line)) ending.abort(reason);
          },
          signal: ending.signal,
        });
        await expect(ended, String(moment)).rejects.toSatisfy((error) =>
          [error, (error as Error).cause].includes(reason),
        );
        expect(said.at(-1)).toMatch(moment);
      }
      await deleteTopics(kafka, topics);
      await database.drop();
    },
    LONG_MS,
  );

  test('a role that may only SELECT suffices, and what a missing right costs is said', async () => {
    const database = await create();
    await incident(database);
    await asAdmin(
      database.name,
      `CREATE ROLE onlooker LOGIN PASSWORD 'onlooker-secret'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO onlooker;
       INSERT INTO public.trainer_allocations (id, student_id, course_id, trainer_id, status, requested_by, requested_at)
       VALUES ('7a2f3f4e-1111-4222-8333-944455556666', '${STUDENT}', '${COURSE}', '${STUDENT}', 'approved', '${STUDENT}', now())`,
    );
    const settings = settingsOf(database);
    const postgres = { ...settings.postgres!, user: 'onlooker', password: 'onlooker-secret' };
    const done = (await read({ ...settings, postgres })) as Snapshot;
    expect(reportOf(toHistory(done), { brokers: '' }).outcome).toBe('nothing-wrong');

    await asAdmin(database.name, 'REVOKE SELECT ON public.processed_events, public.trainer_allocations FROM onlooker');
    const lacking = (await read({ kafka: undefined, postgres })) as Snapshot;
    const { outcome, sources } = reportOf(toHistory(lacking), { brokers: '' });
    expect(outcome).toBe('not-known');
    expect(sources[0]?.why).toContain('its user may not read the table trainer_allocations (SELECT)');
    expect(sources[0]?.why).toContain('its user may not read the table processed_events (SELECT)');

    await asAdmin(
      database.name,
      `GRANT SELECT ON public.trainer_allocations TO onlooker;
       ALTER TABLE public.trainer_allocations ENABLE ROW LEVEL SECURITY`,
    );
    const filtered = (await read({ kafka: undefined, postgres })) as Snapshot;
    expect(reportOf(toHistory(filtered), { brokers: '' }).sources[0]?.why).toContain(
      'row-level security may hide rows of the table trainer_allocations from its user',
    );

    const refused = await read({ kafka: undefined, postgres: { ...postgres, password: 'another' } });
    expect(refused).toMatchObject({ unfound: true, looked: [] });
    expect(JSON.stringify(refused)).toContain('password authentication failed');
    expect(JSON.stringify(refused)).not.toMatch(/onlooker-secret|another/);
    expect(await read(settings, { about: { payment: '1fa90c93-ea40-4ba9-a7bf-4ed47e735b92' } })).toMatchObject({
      looked: ['the table payments', 'the topics'],
    });
    await database.drop();
    await asAdmin('postgres', 'DROP ROLE onlooker');
  });
};
