/** Histories of the pipeline to sessions: a payment's course to its trainer, and what the session-worker does then. */
import type { RowChange } from '../../harness/history/events.ts';
import { openHistory } from '../../harness/history/history.ts';
import type { History } from '../../harness/history/history.ts';
import { filledIn } from '../../harness/history/of-before.ts';
import { build } from '../../harness/history/testing/build.ts';
import type { Build } from '../../harness/history/testing/build.ts';
import { flow } from '../../harness/history/testing/flow.ts';
import type { FlowOptions } from '../../harness/history/testing/flow.ts';
import type { KafkaRecord } from '../../harness/history/testing/kafka.ts';
import { idOf } from '../../harness/history/testing/values.ts';
import type { PipelineDeclaration } from '../../harness/pipeline/declaration.ts';
import { purchaseToSessions } from '../../pipelines/purchase-to-sessions/pipeline.ts';

const ROLE = 'session-worker';
const GROUP = purchaseToSessions.stages[ROLE].group;
export const ALLOCATION = idOf('allocation', 'ada');

export const sessionId = (i: number): string => idOf(`session ${i}`, 'ada');

/** One session of ada's allocation. As in the team's table its course is left out. */
export const session = (b: Build, i: number, over: object = {}): RowChange => ({
  table: 'tutoring_sessions',
  op: 'insert',
  row: {
    id: sessionId(i),
    allocation_id: ALLOCATION,
    student_id: b.subject().studentId,
    trainer_id: idOf('trainer', 'ada'),
    course_id: null,
    status: 'scheduled',
    ...over,
  },
});

export const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** What the session-worker, or the scenario, does. Sessions are numbered from 1. */
const stepsOf = (b: Build) => ({
  /** In one transaction. */
  makes: (from: number, to: number, writer: string | null = null) =>
    b.commit(
      range(from, to).map((i) => session(b, i)),
      writer,
    ),
  oneByOne: (from: number, to: number, writer: string | null = null) => {
    for (const i of range(from, to)) b.commit([session(b, i)], writer);
  },
  mark: () => b.mark('TRAINER_ALLOCATED'),
  announces: (from = 1, to = 7, over: object = {}) => {
    const { studentId, courseId, correlationId } = b.subject();
    const eventId = `sessions-generated-${ALLOCATION}-${b.events.length}`;
    const sessionIds = range(from, to).map(sessionId);
    const json = {
      type: 'SESSIONS_GENERATED',
      ...{ studentId, courseId, allocationId: ALLOCATION, trainerId: idOf('trainer', 'ada') },
      ...{ sessionCount: sessionIds.length, sessionIds, startDate: '2026-12-01' },
      _metadata: { eventId, correlationId, source: ROLE, version: '1.0.0', timestamp: 1 },
      ...over,
    };
    return b.raw('sessions-generated', b.subject(), { headers: { eventId, correlationId }, json });
  },
  passes: (record = trainerTold(b)) => b.commitAt(GROUP, record, record.offset + 1),
  starts: () => b.add({ kind: 'process.started', source: 'process', worker: ROLE, pid: 9 }),
  isReady: () => b.add({ kind: 'process.ready', source: 'process', worker: ROLE, pid: 9, tookMs: 1 }),
});

export type Steps = ReturnType<typeof stepsOf>;

const trainerTold = (b: Build): KafkaRecord => {
  const told = b.events.findLast((event) => event.kind === 'kafka.record' && event.topic === 'trainer-allocated');
  if (told?.kind !== 'kafka.record') throw new Error('no trainer was told of');
  return told;
};

interface Course {
  readonly flow?: FlowOptions;
  /** Of the trial's, before the payment's course. */
  readonly before?: (steps: Steps, b: Build) => void;
  readonly pipeline?: PipelineDeclaration;
  readonly isOpen?: true;
}

/** A trial with the third worker, in which this happened after the payment's course. */
export const trial = (does: (steps: Steps, b: Build) => void, course: Course = {}): History => {
  const b = build();
  course.before?.(stepsOf(b), b);
  flow(b, course.flow);
  does(stepsOf(b), b);
  if (course.isOpen !== true) b.ended();
  return told(b, course.pipeline);
};

/** With that declaration and the third worker. */
export const told = (b: Build, pipeline: PipelineDeclaration = purchaseToSessions): History => {
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const workers = [...started.workers, { name: ROLE, role: ROLE, consumerGroup: GROUP }];
  return openHistory([{ ...started, pipeline, workers }, ...others]);
};
