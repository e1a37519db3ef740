/** What a pipeline may be besides the shipped one: each by a declared value, and by histories that are right and wrong. */
import { describe, expect, test } from 'vitest';
import { shippedContract } from '../../harness/contract/testing/shipped.ts';
import { diagnose } from '../../harness/diagnosis/diagnose.ts';
import { effectsHadBy, hadEffectBy } from '../../harness/history/effects.ts';
import type { History } from '../../harness/history/history.ts';
import { hasDecided } from '../../harness/history/progress.ts';
import { isTaken } from '../../harness/history/taken.ts';
import { build } from '../../harness/history/testing/build.ts';
import type { Build } from '../../harness/history/testing/build.ts';
import { flow } from '../../harness/history/testing/flow.ts';
import type { FlowOptions } from '../../harness/history/testing/flow.ts';
import { idOf } from '../../harness/history/testing/values.ts';
import { checkInvariants } from '../../harness/invariants/check-all.ts';
import type { PipelineDeclaration } from '../../harness/pipeline/declaration.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { declarationProblems } from '../../harness/pipeline/validate.ts';
import { openHistory } from '../../harness/history/history.ts';
import { filledIn } from '../../harness/history/of-before.ts';
import { purchaseToTrainer as shipped } from '../../pipelines/purchase-to-trainer/pipeline.ts';

const wrong = (history: History): readonly string[] =>
  checkInvariants(history, shippedContract).flatMap(({ id, verdict, findings }) =>
    verdict === 'holds' ? [] : findings.map(({ message }) => `${id} ${verdict}: ${message}`),
  );

const ids = (history: History): readonly string[] => wrong(history).map((each) => each.split(' ')[0] ?? '');

/** A trial of that pipeline with one worker for each of its stages. */
const trial = (pipeline: PipelineDeclaration, does: (b: Build) => void, options: FlowOptions = {}): History => {
  expect(declarationProblems(pipeline)).toEqual([]);
  const b = flow(build(), options);
  does(b);
  const patience = b.patience;
  b.barrier();
  b.settled();
  patience();
  b.barrier();
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const workers = Object.entries(pipeline.stages).map(([role, { group }]) => ({
    name: role,
    role,
    consumerGroup: group,
  }));
  return openHistory([{ ...started, pipeline, workers }, ...others]);
};

const tell = (b: Build, topic: string, type: string, over: object = {}) => {
  const { studentId, courseId, correlationId } = b.subject();
  const json = { type, studentId, courseId, _metadata: { eventId: `${type}-1`, correlationId }, ...over };
  return b.raw(topic, b.subject(), { headers: { correlationId, eventType: type }, json });
};

const passes = (b: Build, group: string, topic: string): void => {
  const record = b.events.findLast((event) => event.kind === 'kafka.record' && event.topic === topic);
  if (record?.kind === 'kafka.record') b.commitAt(group, record, record.offset + 1);
};

const marks = (b: Build, event_type: string, source?: string): void => {
  const row = { event_id: `${event_type}-${source}`, event_type, correlation_id: b.subject().correlationId, source };
  b.commit([{ table: 'processed_events', op: 'insert', row }]);
};

describe('a stage that brings about no rows passes an event on', () => {
  const pipeline: PipelineDeclaration = {
    ...shipped,
    events: { ...shipped.events, NOTIFICATION_REQUESTED: { topic: 'notification-requested' } },
    stages: {
      ...shipped.stages,
      notifier: {
        group: 'notifiers',
        consumes: 'TRAINER_ALLOCATED',
        attempts: 3,
        announces: ['NOTIFICATION_REQUESTED'],
      },
    },
  };
  const forwards = (b: Build): void => void tell(b, 'notification-requested', 'NOTIFICATION_REQUESTED');

  test('and is held to that: its event is lost where nothing was passed on', () => {
    const right = trial(
      pipeline,
      (b) => (forwards(b), marks(b, 'TRAINER_ALLOCATED'), passes(b, 'notifiers', 'trainer-allocated')),
    );
    expect([wrong(right), diagnose(right)]).toEqual([[], []]);
    expect(hadEffectBy(right, 'notifier', right.subjects[0]!)).toBe(true);
    expect(effectsHadBy(right, 'notifier', right.subjects[0]!)).toEqual([]);
    const lost = trial(pipeline, (b) => (marks(b, 'TRAINER_ALLOCATED'), passes(b, 'notifiers', 'trainer-allocated')));
    // When it marks, before it passes on or after, is its own affair: an outbox does so before.
    expect(wrong(lost)).toEqual([expect.stringMatching(/^no-event-lost violated: notifiers committed past/)]);
  });

  test('and what is passed on to another stage is missing there by its cause', () => {
    const further: PipelineDeclaration = {
      ...pipeline,
      entities: { ...pipeline.entities, mail: { table: 'mails', called: 'mail', counts: [{}] } },
      stages: {
        mailer: { group: 'mailers', consumes: 'NOTIFICATION_REQUESTED', attempts: 1, effect: 'mail', announces: [] },
        ...pipeline.stages,
      },
    };
    expect(pipelineOf(further).roles).toEqual(['purchase-worker', 'allocation-worker', 'notifier', 'mailer']);
    const dead = trial(further, (b) => {
      for (const role of ['notifier', 'mailer'])
        b.add({
          kind: 'process.seen',
          source: 'process',
          worker: role,
          alive: role === 'mailer',
          state: role === 'mailer' ? 'running' : 'absent',
        });
      b.add({ kind: 'offsets.group-described', source: 'offsets', group: 'notifiers', state: 'Empty', members: [] });
      b.topics();
    });
    expect(diagnose(dead).map(({ id, checked }) => [id, checked?.stage])).toEqual([
      ['worker-not-running', 'NOTIFICATION_REQUESTED'],
    ]);
    const swallowed = trial(
      further,
      (b) => (marks(b, 'TRAINER_ALLOCATED'), passes(b, 'notifiers', 'trainer-allocated')),
    );
    expect(diagnose(swallowed).map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /has TRAINER_ALLOCATED of ada .*, written by a worker, and there is no NOTIFICATION_REQUESTED$/,
      ),
    ]);
  });

  test('one of which nothing is seen at all is held to nothing', () => {
    const silent: PipelineDeclaration = {
      ...shipped,
      stages: {
        ...shipped.stages,
        sink: { group: 'sinks', consumes: 'TRAINER_ALLOCATED', attempts: 1, announces: [] },
      },
    };
    const passed = trial(silent, (b) => (marks(b, 'TRAINER_ALLOCATED'), passes(b, 'sinks', 'trainer-allocated')));
    expect([wrong(passed), diagnose(passed)]).toEqual([[], []]);
    const dead = trial(silent, (b) => {
      b.add({ kind: 'process.seen', source: 'process', worker: 'sink', alive: false, state: 'absent' });
      b.add({ kind: 'offsets.group-described', source: 'offsets', group: 'sinks', state: 'Empty', members: [] });
      b.topics();
    });
    expect(diagnose(dead).map(({ id }) => id)).toEqual(['worker-not-running']);
  });
});

describe('two stages on one event', () => {
  const pipeline: PipelineDeclaration = {
    ...shipped,
    guard: { ...shipped.guard, writer: 'source' },
    entities: {
      ...shipped.entities,
      mail: { table: 'mails', called: 'mail', counts: [{ sent: true }] },
      bill: { table: 'bills', called: 'bill', counts: [{}] },
    },
    stages: {
      ...shipped.stages,
      mailer: { group: 'mailers', consumes: 'TRAINER_ALLOCATED', attempts: 1, effect: 'mail', announces: [] },
      biller: { group: 'billers', consumes: 'TRAINER_ALLOCATED', attempts: 1, effect: 'bill', announces: [] },
    },
  };
  const row = (b: Build, table: string): void => {
    const { studentId, courseId } = b.subject();
    b.commit([
      { table, op: 'insert', row: { id: idOf(table), student_id: studentId, course_id: courseId, sent: true } },
    ]);
  };
  const both = (b: Build): void => {
    passes(b, 'mailers', 'trainer-allocated');
    passes(b, 'billers', 'trainer-allocated');
  };

  test('each is held to its own effect', () => {
    const right = trial(
      pipeline,
      (b) => (row(b, 'mails'), row(b, 'bills'), marks(b, 'TRAINER_ALLOCATED', 'mailer'), both(b)),
    );
    expect([wrong(right), diagnose(right)]).toEqual([[], []]);
    const one = trial(pipeline, (b) => (row(b, 'mails'), marks(b, 'TRAINER_ALLOCATED', 'mailer'), both(b)));
    expect(wrong(one)).toEqual([
      expect.stringMatching(/^no-event-lost violated: billers committed past trainer-allocated/),
      expect.stringMatching(/^allocation-gets-bill violated/),
    ]);
  });

  test('whose a mark is the row says; where it does not, it is held against nobody who may not have written it', () => {
    const early = (source?: string) =>
      trial(pipeline, (b) => (row(b, 'bills'), marks(b, 'TRAINER_ALLOCATED', source), row(b, 'mails'), both(b)));
    expect(wrong(early('mailer'))).toEqual([
      expect.stringMatching(/^mark-follows-effect violated: .* while no mail of/),
    ]);
    expect([wrong(early('biller')), wrong(early())]).toEqual([[], []]);
    const ada = early('mailer').subjects[0]!;
    const marked = trial(pipeline, (b) => marks(b, 'TRAINER_ALLOCATED', 'mailer'));
    expect(['mailer', 'biller'].map((role) => [isTaken(marked, ada, role), hasDecided(marked, ada, role)])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test('of a mark or a letter nothing tells which of them it is of, nor of one that brings about no rows', () => {
    const { mailer, biller: _biller, ...others } = pipeline.stages;
    const forwards = {
      group: 'forwarders',
      consumes: 'TRAINER_ALLOCATED',
      attempts: 1,
      announces: ['COURSE_ACCESS_GRANTED'],
    };
    const mixed = { ...pipeline, stages: { ...others, mailer: mailer!, forwards } };
    expect(
      ids(
        trial(mixed, (b) => {
          marks(b, 'TRAINER_ALLOCATED');
          row(b, 'mails');
          passes(b, 'mailers', 'trainer-allocated');
          passes(b, 'forwarders', 'trainer-allocated');
        }),
      ),
    ).toEqual([]);
    const given = trial(pipeline, (b) => {
      const { correlationId } = b.subject();
      const originalEvent = {
        type: 'TRAINER_ALLOCATED',
        _metadata: { eventId: idOf('allocation', 'ada'), correlationId },
      };
      const place = { originalTopic: 'trainer-allocated', originalPartition: 0, originalOffset: '0' };
      b.raw('dead-letter-queue', b.subject(), { json: { ...place, originalEvent, correlationId, attempts: 1 } });
    });
    expect(given.deadLetters).toHaveLength(1);
    const ada = given.subjects[0]!;
    for (const role of ['mailer', 'biller'])
      expect([isTaken(given, ada, role), hasDecided(given, ada, role)]).toEqual([false, false]);
  });

  test('the one that is not done is what is wrong', () => {
    const half = trial(pipeline, (b) => {
      row(b, 'bills');
      for (const worker of ['mailer', 'biller'])
        b.add({
          kind: 'process.seen',
          source: 'process',
          worker,
          alive: worker === 'biller',
          state: worker === 'biller' ? 'running' : 'absent',
        });
      b.add({ kind: 'offsets.group-described', source: 'offsets', group: 'mailers', state: 'Empty', members: [] });
      b.topics();
    });
    expect(diagnose(half).map(({ id, checked }) => [id, checked?.stage])).toEqual([['worker-not-running', 'mail']]);
  });
});

describe('two events in one topic', () => {
  const pipeline: PipelineDeclaration = {
    ...shipped,
    events: { ...shipped.events, TRAINER_CHANGED: { topic: 'trainer-allocated' } },
  };

  test('are told apart by what they say they are; what says neither is none', () => {
    const history = trial(pipeline, (b) => {
      tell(b, 'trainer-allocated', 'TRAINER_CHANGED');
      b.raw('trainer-allocated', b.subject(), { raw: 'no JSON', headers: { eventType: 'TRAINER_CHANGED' } });
      b.raw('trainer-allocated', b.subject(), { raw: 'no JSON' });
    });
    const types = history.pipelineEvents
      .filter(({ record }) => record.topic === 'trainer-allocated')
      .map(({ type }) => type);
    expect(types).toEqual(['TRAINER_ALLOCATED', 'TRAINER_CHANGED', 'TRAINER_CHANGED']);
  });
});

describe('a row that is updated in place', () => {
  const started = {
    ...shipped.entities.allocation,
    called: 'started allocation',
    counts: [{ status: 'active' }],
  } as const;
  const { oneOf: _oneOf, requires: _requires, owed: _owed, lacking: _lacking, ...plain } = started;
  const pipeline: PipelineDeclaration = {
    ...shipped,
    entities: {
      ...shipped.entities,
      // No longer one of these once it is started.
      allocation: { ...shipped.entities.allocation, counts: [{ status: 'approved' }, { status: 'pending' }] },
      start: plain,
    },
    stages: {
      ...shipped.stages,
      starter: { group: 'starters', consumes: 'TRAINER_ALLOCATED', attempts: 1, effect: 'start', announces: [] },
    },
  };
  const update = (b: Build, status: string): void => {
    const { studentId, courseId } = b.subject();
    const old = {
      id: idOf('allocation', 'ada'),
      student_id: studentId,
      course_id: courseId,
      trainer_id: idOf('trainer', 'ada'),
      status: 'approved',
    };
    b.commit([{ table: 'trainer_allocations', op: 'update', row: { ...old, status }, old }]);
  };
  const goes = (status: string): History =>
    trial(pipeline, (b) => {
      update(b, status);
      marks(b, 'TRAINER_ALLOCATED');
      passes(b, 'starters', 'trainer-allocated');
    });

  test('is the effect of the stage that updates it, and has taken nothing back of the one that inserted it', () => {
    expect([wrong(goes('active')), diagnose(goes('active'))]).toEqual([[], []]);
    expect(ids(goes('approved'))).toEqual(['mark-follows-effect', 'no-event-lost', 'allocation-gets-start']);
    expect(ids(goes('cancelled'))).toContain('no-event-lost');
  });
});

test('in a compacted topic a record without a value takes its key away, and is no event', () => {
  const gone = (compacted: boolean): History =>
    trial(
      compacted ? { ...shipped, topics: { ...shipped.topics, 'trainer-allocated': { compacted: true } } } : shipped,
      (b) => {
        const record = b.raw('trainer-allocated', b.subject(), { raw: '' });
        const { json: _json, ...rest } = b.events[record.seq - 1] as typeof record;
        b.events[record.seq - 1] = { ...rest, value: null };
      },
    );
  expect([wrong(gone(true)), ids(gone(false))]).toEqual([[], ['messages-honour-contract']]);
  const told = (history: History): number =>
    history.pipelineEvents.filter(({ type }) => type === 'TRAINER_ALLOCATED').length;
  expect([told(gone(true)), told(gone(false))]).toEqual([1, 2]);
});
