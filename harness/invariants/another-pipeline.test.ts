/**
 * Rules that are written over stages, with a stage that the shipped pipeline does not have: sessions for every allocation.
 * It is there by declaration alone.
 */
import { expect, test } from 'vitest';
import { effectsHad } from '../history/effects.ts';
import { hasDecided, isTaken } from '../history/progress.ts';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { filledIn } from '../history/of-before.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { INVARIANT_IDS } from '../history/verdict.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { declarationProblems } from '../pipeline/validate.ts';
import { invariantsOf } from './catalogue.ts';
import { eventGetsMarked } from './event-gets-marked.ts';
import { groupsDrain } from './groups-drain.ts';
import { markFollowsEffect } from './mark-follows-effect.ts';
import { noEventLost } from './no-event-lost.ts';
import { judge } from './testing.ts';

const withSessions: PipelineDeclaration = {
  ...shippedPipeline,
  name: 'purchase-to-sessions',
  events: { ...shippedPipeline.events, SESSIONS_GENERATED: { topic: 'sessions-generated' } },
  entities: {
    ...shippedPipeline.entities,
    sessions: {
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
      effect: 'sessions',
      announces: ['SESSIONS_GENERATED'],
    },
  },
};

const WORKER = { name: 'session-worker', role: 'session-worker', consumerGroup: 'session-scheduling-workers' };

/** What each of the session-worker's steps writes. */
const STEPS = {
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
    const group = WORKER.consumerGroup;
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

/** Steps of the session-worker, after what may be otherwise before them. */
const history = (...told: readonly (keyof typeof STEPS | FlowOptions)[]): History => {
  const b = flow(
    build(),
    told.find((each) => typeof each === 'object'),
  );
  for (const step of told) if (typeof step === 'string') STEPS[step](b);
  b.barrier();
  b.settled();
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const declared: HistoryEvent = { ...started, pipeline: withSessions, workers: [...started.workers, WORKER] };
  return openHistory([declared, ...others]);
};

const right = history('sessions', 'mark', 'passed');

test('the declaration is right', () => expect(declarationProblems(withSessions)).toEqual([]));

test.each([markFollowsEffect, noEventLost, eventGetsMarked, groupsDrain])(
  '$id holds for the third stage',
  (invariant) => {
    expect(judge(invariant, right)).toBe('holds');
  },
);

test('what the third stage does wrong is found, and named as its own', () => {
  expect(judge(markFollowsEffect, history('mark', 'sessions', 'passed'))).toMatch(
    /^violated: TRAINER_ALLOCATED of ada .* marked processed by a worker while no session of/,
  );
  expect(judge(noEventLost, history('mark', 'passed'))).toMatch(
    /^violated: session-scheduling-workers committed past trainer-allocated-.* has had no effect/,
  );
  expect(judge(eventGetsMarked, history('sessions', 'passed'))).toMatch(
    /^violated: TRAINER_ALLOCATED at .* never marked/,
  );
});

test('its rules are made from the declaration, each in its place', () => {
  const made = invariantsOf(right.pipeline).map(({ id }) => id);
  const further = ['sessions-has-allocation', 'allocation-gets-sessions', 'sessions-is-announced'];
  expect(made.filter((id) => !further.includes(id))).toEqual(INVARIANT_IDS);
  expect(made.indexOf('sessions-has-allocation')).toBe(made.indexOf('allocation-has-purchase') - 1);
  expect(made.indexOf('allocation-gets-sessions')).toBe(made.indexOf('purchase-gets-allocation') + 1);
  expect(made.indexOf('sessions-is-announced')).toBe(made.indexOf('allocation-is-announced') + 1);
});

const judgeById = (id: string, told: History): string =>
  judge(
    invariantsOf(told.pipeline).find((invariant) => invariant.id === id)!,
    told,
  );

test('rows of the third stage are held to what they are declared to be', () => {
  expect(judgeById('sessions-has-allocation', right)).toBe('holds');
  expect(judgeById('sessions-has-allocation', history({ without: ['allocation'] }, 'sessions'))).toMatch(
    /^violated: sessions s-1 of ada .* was committed without an allocation of that student and course/,
  );
  expect(judgeById('allocation-gets-sessions', right)).toBe('holds');
  expect(judgeById('allocation-gets-sessions', history())).toMatch(
    /^violated: allocation .* of ada .* is there and there is no session/,
  );
  // Nobody waits for sessions of what a person is still to decide on.
  const pending = { allocation: (b: Build) => void b.allocation('ada', { status: 'pending' }) };
  expect(judgeById('allocation-gets-sessions', history({ instead: pending, without: ['announced'] }))).toBe('holds');
  expect(judgeById('sessions-is-announced', history('sessions', 'announced'))).toBe('holds');
  expect(judgeById('sessions-is-announced', right)).toMatch(
    /^violated: sessions s-1 of ada .* was made and SESSIONS_GENERATED was never published for it/,
  );
});

test('its effect, what shows that it has the event, and that it has decided', () => {
  const ada = right.subjects[0]!;
  expect(effectsHad(right, 'TRAINER_ALLOCATED', ada)).toHaveLength(1);
  expect([isTaken(right, ada, WORKER.role), hasDecided(right, ada, WORKER.role)]).toEqual([true, true]);
  const idle = history();
  expect([isTaken(idle, ada, WORKER.role), hasDecided(idle, ada, WORKER.role)]).toEqual([false, false]);
});

test('the same history by the shipped declaration knows of no third stage, and accuses nobody of it', () => {
  const [first, ...others] = history('passed').events;
  if (first?.kind !== 'trial.started') throw new Error('no beginning');
  const two = openHistory([{ ...first, pipeline: shippedPipeline, workers: first.workers.slice(0, 2) }, ...others]);
  expect(judge(noEventLost, two)).toBe('holds');
});
