/**
 * The same workers, broker, database and stand-in for the service without a recorder or a judge: what they need by themselves, or by the ways
 * that a trial gives them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { packageRoot } from '../../harness/base/package-root.ts';
import { loadConfigFile } from '../../harness/config/load.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { purchaseConfirmed } from '../../pipelines/purchase-to-trainer/messages.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { resolveSubjects } from '../../harness/scenario/subjects.ts';
import { openStanding } from '../../harness/trial/standing.ts';
import { paymentsAtOnce } from './many.ts';
import { openWires } from './wires.ts';
import type { Addresses } from './wires.ts';

const LOOK_EVERY_MS = 20;
const DEADLINE_MS = 300_000;
const WORKERS = ['purchase-worker', 'allocation-worker'] as const;

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(LOOK_EVERY_MS);
  }
};

/** Straight to where everything is, or through a relay and Toxiproxy. */
export type Way = 'straight' | 'wires';

const waysOf = async (way: Way, real: Addresses): Promise<readonly Awaited<ReturnType<typeof openWires>>[]> =>
  way === 'wires'
    ? Promise.all(WORKERS.map((worker) => openWires(worker, real)))
    : WORKERS.map(() => ({ addresses: real, close: async () => undefined }));

/** ms from the first payment until the last one's event is marked as processed, for each of the sizes in turn. @throws Error when it does not end. */
export const plainTimes = async (sizes: readonly number[], way: Way = 'straight'): Promise<readonly number[]> => {
  const config = await loadConfigFile(join(packageRoot, 'bench/growth/faultline.config.ts'));
  const standing = await openStanding({ config, environment: 'embedded', progress: () => undefined, env: process.env });
  const ways = await waysOf(way, standing.addresses);
  const children = WORKERS.map((worker, i) =>
    spawn(process.execPath, [join(packageRoot, `dist/fixtures/workers/${worker}/hardened.js`)], {
      env: { ...process.env, ...ways[i]?.addresses },
      stdio: 'ignore',
    }),
  );
  const pool = new pg.Pool({ connectionString: standing.addresses['DATABASE_URL'] });
  const kafka = new Kafka({ brokers: [standing.addresses['KAFKA_BROKERS'] ?? ''], logLevel: logLevel.NOTHING });
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    const groups = WORKERS.map((worker) => shippedPipeline.stages[worker].group);
    await until('the workers', async () =>
      (await admin.describeGroups(groups)).groups.every(
        ({ state, members }) => state === 'Stable' && members.length > 0,
      ),
    );
    const times: number[] = [];
    for (const [i, size] of sizes.entries()) {
      const subjects = resolveSubjects(paymentsAtOnce(size), i + 1, pipelineOf(shippedPipeline));
      const ids = subjects.map(({ correlationId }) => correlationId);
      const began = performance.now();
      await Promise.all(
        subjects.map(async (subject) => {
          await pool.query(
            `insert into payments (id, student_id, amount_cents, provider, status, metadata, confirmed_at) values ($1, $2, $3, 'razorpay', 'succeeded', $4, now())`,
            [subject.paymentId, subject.studentId, subject.amountCents, { courseId: subject.courseId }],
          );
          const { topic, ...message } = purchaseConfirmed(subject, {
            eventId: subject.confirmedEventId,
            now: Date.now(),
          });
          await producer.send({ topic, messages: [message] });
        }),
      );
      await until(`${size} payments`, async () => {
        const { rows } = await pool.query<{ n: number }>(
          `select count(*)::int as n from processed_events where event_type = 'PURCHASE_CREATED' and correlation_id = any($1)`,
          [ids],
        );
        return rows[0]?.n === size;
      });
      times.push(performance.now() - began);
    }
    return times;
  } finally {
    for (const child of children) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    await Promise.all([admin.disconnect(), producer.disconnect(), pool.end(), ...ways.map((each) => each.close())]);
    await standing.close();
  }
};
