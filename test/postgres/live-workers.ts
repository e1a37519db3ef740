/** Part of postgres.test.ts: whether the workers of a live system run, seen on this machine and in containers. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { WorkerPlace } from '../../harness/config/types.ts';
import { reportOf } from '../../harness/diagnose/report.ts';
import type { DiagnosisReport } from '../../harness/diagnose/report.ts';
import type { Snapshot } from '../../harness/diagnose/snapshot.ts';
import { toHistory } from '../../harness/diagnose/to-history.ts';
import { openProducer } from '../../harness/wire/kafka/producer.ts';
import { deleteTopics } from '../../harness/wire/kafka/topics.ts';
import type { PostgresBench } from '../support/postgres-bench.ts';
import { containerTools } from '../support/container-tools.ts';
import { openRequestsSeen } from '../support/requests-seen.ts';
import { COURSE, LONG_MS, PAYMENT, READS, STUDENT, liveBench } from './live-bench.ts';

export const testLiveWorkers = (bench: PostgresBench): void => {
  const { settingsOf, read, withIncident } = liveBench(bench);
  const folder = mkdtempSync(join(tmpdir(), 'faultline-tools-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test(
    'a worker that does not run is told from one that runs in no group, and nothing but reads is asked',
    async () => {
      const { database, kafka, topics } = await withIncident();
      const producer = openProducer(kafka);
      const ids = { studentId: STUDENT, courseId: COURSE, _metadata: { correlationId: PAYMENT } };
      await producer.send('purchase-created', {
        key: PAYMENT,
        value: JSON.stringify({ type: 'PURCHASE_CREATED', ...ids }),
      });
      producer.close();
      const seen = await openRequestsSeen(kafka);
      const tools = containerTools(folder);
      const diagnose = async (place: WorkerPlace, printed = ''): Promise<DiagnosisReport> => {
        const settings = { ...settingsOf(database, seen.address), workers: { 'allocation-worker': place } };
        const found = (await read(settings, { programs: { env: tools.env(printed), cwd: folder } })) as Snapshot;
        return reportOf(toHistory(found), { brokers: 'kafka:9092' });
      };
      const told = ({ causes }: DiagnosisReport): string =>
        causes.map(({ code, certainty }) => `${code}${certainty.startsWith('possible') ? '?' : ''}`).join(' ');

      const sign = `worker-${randomUUID()}`;
      expect(told(await diagnose({ processes: sign }))).toBe('FL0101? FL0105?');
      const worker = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', sign], { stdio: 'ignore' });
      // Just started, it may be about to join its group.
      expect(told(await diagnose({ processes: sign }))).toBe('');
      worker.kill('SIGKILL');

      const running = JSON.stringify({ Status: 'running', StartedAt: '2020-01-01T00:00:00Z' });
      const lost = await diagnose({ container: 'worker' }, running);
      expect(told(lost)).toBe('FL0105');
      expect(lost.causes[0]?.message).toContain('allocation-worker runs and trainer-allocation-workers has no member');
      const gone = await diagnose({ container: 'worker' });
      expect(told(gone)).toBe('FL0101? FL0105?');
      expect(gone.sources.at(-1)?.why).toContain('there is no such container');
      const pods = { selector: 'app=worker', namespace: 'prod' };
      const crashed = await diagnose({ pods }, 'worker-1\tRunning\t|CrashLoopBackOff|');
      expect(told(crashed)).toBe('FL0101');
      expect(tools.asked().map((one) => one.replace(/jsonpath=.*/, 'jsonpath'))).toEqual([
        'docker inspect --type container --format {{json .State}} worker',
        'kubectl get pods --selector app=worker --namespace prod --output jsonpath',
      ]);
      expect(seen.names().filter((name) => !READS.includes(name))).toEqual([]);
      seen.close();
      await deleteTopics(kafka, topics);
      await database.drop();
    },
    LONG_MS,
  );
};
