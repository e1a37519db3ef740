/** Part of postgres.test.ts: the calls of a live system's service, as its log tells of them. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { askAgain } from '../../harness/base/waiting.ts';
import type { ServiceLog } from '../../harness/config/types.ts';
import { reportOf } from '../../harness/diagnose/report.ts';
import type { DiagnosisReport } from '../../harness/diagnose/report.ts';
import type { Snapshot } from '../../harness/diagnose/snapshot.ts';
import { toHistory } from '../../harness/diagnose/to-history.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { openProducer } from '../../harness/wire/kafka/producer.ts';
import { deleteGroups } from '../../harness/wire/kafka/requests/delete-groups.ts';
import { offsetCommit } from '../../harness/wire/kafka/requests/offset-commit.ts';
import { deleteTopics } from '../../harness/wire/kafka/topics.ts';
import type { PostgresBench } from '../support/postgres-bench.ts';
import { containerTools } from '../support/container-tools.ts';
import { openRequestsSeen } from '../support/requests-seen.ts';
import { COURSE, LONG_MS, PAYMENT, READS, STUDENT, liveBench } from './live-bench.ts';

const GROUP = 'trainer-allocation-workers';
const PATH = '/api/v1/admin/allocations/auto-assign';

const LOG = { format: 'any', fields: {}, besides: undefined } as const;

export const testLiveLogs = (bench: PostgresBench): void => {
  const { settingsOf, read, withIncident, asAdmin } = liveBench(bench);
  const folder = mkdtempSync(join(tmpdir(), 'faultline-logs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'requests.log');

  /** A line at this time before now, ms. */
  const line = (ago: number, more: object): string =>
    `${JSON.stringify({ time: Date.now() - ago, method: 'POST', path: PATH, ...more })}\n`;

  /** The worker is past the event, and has had no effect of it. */
  const withPassed = async () => {
    const live = await withIncident();
    const producer = openProducer(live.kafka);
    const event = {
      type: 'PURCHASE_CREATED',
      studentId: STUDENT,
      courseId: COURSE,
      _metadata: { correlationId: PAYMENT },
    };
    const { partition, offset } = await producer.send('purchase-created', {
      key: PAYMENT,
      value: JSON.stringify(event),
    });
    producer.close();
    const connection = openKafkaConnection({ address: live.kafka });
    const commit = offsetCommit(GROUP, { 'purchase-created': { [partition]: offset + 1 } });
    await askAgain(() => connection.send(commit), { ms: 30_000, everyMs: 100, mayPass: () => true });
    connection.close();
    // The bench's rows are of just now: so is the payment.
    await asAdmin(live.database.name, 'UPDATE public.payments SET created_at = now()');
    return live;
  };

  const told = ({ causes }: DiagnosisReport): string =>
    causes.map(({ code, certainty }) => `${code}${certainty.startsWith('possible') ? '?' : ''}`).join(' ');

  test(
    'its calls tell apart what went wrong, and nothing but reads is asked',
    async () => {
      const { database, kafka, topics } = await withPassed();
      const seen = await openRequestsSeen(kafka);
      const tools = containerTools(folder);
      const diagnose = async (log: ServiceLog, printed = ''): Promise<DiagnosisReport> => {
        const settings = { ...settingsOf(database, seen.address), services: { 'admin-service': log } };
        const env = tools.env(printed);
        // A service that is asked for its health every second.
        const alive = setInterval(() => appendFileSync(file, line(0, { path: '/healthz', method: 'GET' })), 500);
        try {
          return reportOf(toHistory((await read(settings, { programs: { env, cwd: folder } })) as Snapshot), {
            brokers: 'kafka:9092',
          });
        } finally {
          clearInterval(alive);
        }
      };
      const body = { studentId: STUDENT, courseId: COURSE };
      const place = { file };

      writeFileSync(file, line(3_600_000, { status: 201, body: { studentId: COURSE, courseId: COURSE } }));
      const uncalled = await diagnose({ ...LOG, place });
      // A call that is not answered is in no log.
      expect(uncalled.sources[3]?.why).toBe(
        'a call at admin-service that is not answered, or that another instance got, is in no log that was read',
      );
      expect(told(uncalled)).toBe('FL0101? FL0105? FL0106? FL0107?');

      appendFileSync(file, line(0, { status: 500, body }));
      const failed = await diagnose({ ...LOG, place });
      expect(told(failed)).toBe('FL0107 FL0101?');
      expect(failed.causes[0]?.message).toContain('admin-service answered 500');

      const docker = await diagnose(
        { ...LOG, place: { container: 'admin' } },
        `${new Date().toISOString()} ${line(0, { status: 502, body })}`,
      );
      expect(told(docker)).toBe('FL0107 FL0101?');
      const pods = { selector: 'app=admin', namespace: 'prod' };
      const kubectl = await diagnose(
        { ...LOG, place: { pods } },
        `[pod/admin-1/app] ${new Date().toISOString()} ${line(0, { status: 503, body })}`,
      );
      expect(told(kubectl)).toBe('FL0107 FL0101?');
      expect(tools.asked()).toEqual([
        'docker logs --timestamps --tail 300000 admin',
        'kubectl logs --selector app=admin --namespace prod --all-containers --prefix --timestamps --tail 300000 --max-log-requests 50',
      ]);

      const command = ['sh', '-c', 'echo "postgres://a:hidden-secret@b/c is away" >&2; exit 3'] as const;
      const none = await diagnose({ ...LOG, place: { command, cwd: folder } });
      expect(told(none)).toBe('FL0101? FL0105? FL0106? FL0107?');
      expect(none.sources[3]?.why).toBe('the log of admin-service: sh ended with 3: postgres://***@b/c is away');
      expect(seen.names().filter((name) => !READS.includes(name))).toEqual([]);
      seen.close();
      const connection = openKafkaConnection({ address: kafka });
      await connection.send(deleteGroups([GROUP]));
      connection.close();
      await deleteTopics(kafka, topics);
      await database.drop();
    },
    LONG_MS,
  );
};
