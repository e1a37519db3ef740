/** A pipeline with a stage that the shipped one does not have, by declaration alone: sessions for every allocation. */
import type { PipelineDeclaration } from '../../pipeline/declaration.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { openHistory } from '../history.ts';
import type { History } from '../history.ts';
import { filledIn } from '../of-before.ts';
import type { Build } from './build.ts';

export const withSessions: PipelineDeclaration = {
  ...shippedPipeline,
  name: 'purchase-to-sessions',
  events: { ...shippedPipeline.events, SESSIONS_GENERATED: { topic: 'sessions-generated' } },
  entities: {
    ...shippedPipeline.entities,
    session: {
      table: 'tutoring_sessions',
      called: 'session',
      counts: [{ status: ['scheduled', 'pending'] }],
      requires: {
        entity: 'allocation',
        rows: { status: ['scheduled', 'pending'] },
        never: { shape: 'never-allocated', says: 'who has no trainer for that' },
      },
    },
  },
  stages: {
    ...shippedPipeline.stages,
    'session-worker': {
      group: 'session-scheduling-workers',
      consumes: 'TRAINER_ALLOCATED',
      attempts: 3,
      effect: 'session',
      announces: ['SESSIONS_GENERATED'],
    },
  },
};

export const SESSION_WORKER = {
  name: 'session-worker',
  role: 'session-worker',
  consumerGroup: 'session-scheduling-workers',
};

/** What each of the session-worker's steps writes. */
export const SESSION_STEPS = {
  sessions: (b: Build) => {
    const { studentId, courseId } = b.subject();
    const row = { id: 's-1', student_id: studentId, course_id: courseId, status: 'scheduled' };
    b.commit([{ table: 'tutoring_sessions', op: 'insert', row }]);
  },
  mark: (b: Build) => {
    const { correlationId } = b.subject();
    const row = { event_id: 'e-1', event_type: 'TRAINER_ALLOCATED', correlation_id: correlationId };
    b.commit([{ table: 'processed_events', op: 'insert', row }]);
  },
  announced: (b: Build) => {
    const { studentId, courseId, correlationId } = b.subject();
    const value = { type: 'SESSIONS_GENERATED', studentId, courseId, _metadata: { correlationId } };
    b.add({
      kind: 'kafka.record',
      source: 'kafka',
      topic: 'sessions-generated',
      partition: 0,
      offset: 0,
      key: correlationId,
      headers: {},
      value: { text: JSON.stringify(value) },
      json: value,
      timestamp: 1,
      correlationId,
    });
  },
  passed: (b: Build) => {
    const told = b.events.findLast((event) => event.kind === 'kafka.record' && event.topic === 'trainer-allocated');
    if (told?.kind !== 'kafka.record') throw new Error('no trainer was announced');
    const { topic, partition, offset } = told;
    const group = SESSION_WORKER.consumerGroup;
    b.add({
      kind: 'offsets.committed',
      source: 'offsets',
      position: 900,
      group,
      topic,
      partition,
      offset: offset + 1,
      by: 'worker',
    });
  },
} as const;

/** The history, told with that declaration and that worker. */
export const historyWithSessions = (b: Build): History => {
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  return openHistory([
    { ...started, pipeline: withSessions, workers: [...started.workers, SESSION_WORKER] },
    ...others,
  ]);
};
