/** The history of one trial while it is written: in its folder, in memory for those who wait, and in the lag. */
import { partsOf } from '../config/parts.ts';
import { redact } from '../base/redact.ts';
import type { WorkerSet } from '../config/types.ts';
import { createCompacting } from '../history/compact.ts';
import type { NewEvent, TrialPhase, WorkerInfo } from '../history/events.ts';
import { declarationHash } from '../history/declared.ts';
import { CAUSE_IDS } from '../history/verdict.ts';
import { invariantsOf } from '../invariants/catalogue.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import { createLag } from './lag.ts';
import type { Lag } from './lag.ts';
import { createRecorderLag } from '../recorder/recorder-lag.ts';
import type { RecorderLag } from '../recorder/recorder-lag.ts';
import type { RunFolder } from './run-folder.ts';
import type { TrialRequest } from './types.ts';
import { createWatch } from './watch.ts';
import type { Watch } from './watch.ts';
import { createWork } from '../verdict/work.ts';
import type { IsWork } from '../verdict/work.ts';

export interface TrialLog {
  readonly events: RunFolder['events'];
  readonly watch: Watch;
  readonly lag: Lag;
  /** Does the event show the pipeline at work? */
  readonly isWork: IsWork;
  record(event: NewEvent): number;
  phase(name: TrialPhase): void;
  /** A problem of the harness itself, which makes the trial unknown. */
  problem(error: unknown): void;
  /** How late commits were recorded, at most, ms. */
  readonly recorderLag: Pick<RecorderLag, 'begin' | 'longest'>;
  /** `seq` of the latest event. */
  lastSeq(): number;
}

export interface TrialLogParts {
  readonly request: TrialRequest;
  readonly subjects: readonly ResolvedSubject[];
  readonly workers: WorkerSet;
  /** Hash of the pacts by which it is judged. */
  readonly pacts: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly sharedClock: boolean;
  readonly recorder: Recorder;
  readonly folder: RunFolder;
}

/** Attaches the trial to the recorder and writes its first event. */
export const openTrialLog = (parts: TrialLogParts): TrialLog => {
  const { request, recorder, folder, workers } = parts;
  const { scenario, seed } = request;
  const infos: readonly WorkerInfo[] = workers.workers.flatMap((worker) =>
    partsOf(worker).map((part) => ({ name: worker.role, ...part })),
  );
  const subjects = parts.subjects.map(({ name, correlationId, studentId, courseId, mayDeadLetter }) => ({
    name,
    correlationId,
    studentId,
    courseId,
    mayDeadLetter,
  }));
  const { pipeline } = workers;
  const lag = createLag({ workers: infos, subjects, pipeline });
  const work = createWork(pipelineOf(pipeline), subjects, lag);
  const recorderLag = createRecorderLag(parts.sharedClock);
  const watch = createWatch(recorder, folder.events);
  const compact = createCompacting();
  recorder.attach(
    {
      append: (event) => {
        folder.append(event);
        recorderLag.observe(event);
        lag.observe(event);
        work.observe(event);
        // What the first one tells is declared, and not the trial's to change; the others are held as long as it lasts.
        if (event.kind !== 'trial.started') compact(event);
      },
    },
    subjects,
  );
  recorder.record({
    kind: 'trial.started',
    source: 'trial',
    scenario: scenario.name,
    seed,
    subjects,
    workers: infos,
    workerSet: workers.name,
    ...(workers.prefix === undefined ? {} : { prefix: workers.prefix }),
    quietMs: workers.quietMs,
    clocks: { wall: performance.timeOrigin + performance.now(), monotonic: performance.now() },
    sharedClock: parts.sharedClock,
    pipeline,
    declared: declarationHash(pipeline),
    pacts: parts.pacts,
    versions: parts.versions,
    catalogue: { invariants: invariantsOf(pipelineOf(pipeline)).map(({ id }) => id), causes: CAUSE_IDS },
  });
  const { events } = folder;
  return {
    events,
    watch,
    lag,
    isWork: work.isWork,
    record: recorder.record,
    phase: (phase) => void recorder.record({ kind: 'trial.phase', source: 'trial', phase }),
    problem: (error) => {
      const message = error instanceof Error ? error.message : String(error);
      recorder.record({ kind: 'trial.harness-error', source: 'trial', message: redact(message) });
    },
    recorderLag,
    lastSeq: () => events.at(-1)?.seq ?? 0,
  };
};
