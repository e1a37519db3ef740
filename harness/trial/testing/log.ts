/** A trial's log over a real recorder, without a folder, for tests that are driven by events. */
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import type { HistoryEvent, NewEvent } from '../../history/events.ts';
import { createRecorder } from '../../recorder/recorder.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { WORKERS } from '../../pipeline/testing.ts';
import type { WorkerRole } from '../../pipeline/testing.ts';
import { createLag } from '../lag.ts';
import type { TrialLog } from '../trial-log.ts';
import { createWatch } from '../watch.ts';
import { createWork } from '../../verdict/work.ts';

const ADA = {
  name: 'ada',
  correlationId: 'payment-ada',
  studentId: 'student-ada',
  courseId: 'course',
  mayDeadLetter: false,
};

/** A log whose history has begun, with one subject: ada, and so many that nothing is told of. */
export const openTestLog = (others = 0): TrialLog & Pick<Recorder, 'mayWait'> => {
  const more = Array.from({ length: others }, (_, i) => ({ ...ADA, name: `s${i}`, correlationId: `payment-${i}` }));
  const subjects = [ADA, ...more];
  const recorder = createRecorder(() => performance.now());
  const events: HistoryEvent[] = [];
  const roles: readonly WorkerRole[] = ['purchase-worker', 'allocation-worker'];
  const workers = roles.map((role) => ({ name: role, role, consumerGroup: WORKERS[role].consumerGroup }));
  const lag = createLag({ workers, subjects, pipeline: shippedPipeline });
  const work = createWork(pipelineOf(shippedPipeline), subjects, lag);
  recorder.attach(
    {
      append: (event) => {
        events.push(event);
        lag.observe(event);
        work.observe(event);
      },
    },
    subjects,
  );
  const { record } = recorder;
  record({
    kind: 'trial.started',
    pipeline: shippedPipeline,
    source: 'trial',
    scenario: 'test',
    seed: 1,
    subjects,
    workers,
    workerSet: 'test',
    quietMs: 20,
    clocks: { wall: 0, monotonic: 0 },
    sharedClock: true,
    versions: {},
    catalogue: { invariants: [], causes: [] },
  });
  return {
    events,
    lag,
    isWork: work.isWork,
    watch: createWatch(recorder, events),
    record,
    mayWait: recorder.mayWait,
    phase: (phase) => void record({ kind: 'trial.phase', source: 'trial', phase }),
    problem: (error) =>
      void record({
        kind: 'trial.harness-error',
        source: 'trial',
        message: error instanceof Error ? error.message : String(error),
      }),
    recorderLag: { begin: () => undefined, longest: () => 0 },
    lastSeq: () => events.at(-1)?.seq ?? 0,
  };
};

/** A record of purchase-created-0, about ada when nobody else is named. */
export const createdRecord = (offset = 0, correlationId = ADA.correlationId): NewEvent<'kafka.record'> => ({
  kind: 'kafka.record',
  source: 'kafka',
  correlationId,
  topic: 'purchase-created',
  partition: 0,
  offset,
  timestamp: 0,
  key: correlationId,
  headers: {},
  value: { text: '{}' },
  json: { studentId: ADA.studentId, courseId: ADA.courseId },
});

/** The allocation-worker's commit in purchase-created-0. */
export const committed = (offset: number): NewEvent => ({
  kind: 'offsets.committed',
  source: 'offsets',
  position: offset,
  group: WORKERS['allocation-worker'].consumerGroup,
  topic: 'purchase-created',
  partition: 0,
  offset,
  by: 'worker',
});

export const logLine = (line: string, correlationId?: string): NewEvent => ({
  kind: 'process.log',
  source: 'process',
  worker: 'allocation-worker',
  pid: 1,
  stream: 'stdout',
  line,
  ...(correlationId === undefined ? {} : { correlationId }),
});
