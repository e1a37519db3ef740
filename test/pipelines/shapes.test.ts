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

  test('what a stage brings about behind one that only passes on follows from the row all the same', () => {
    const names = { entity: 'allocation', by: 'allocationId' } as const;
    const further: PipelineDeclaration = {
      ...pipeline,
      events: { ...pipeline.events, NOTIFICATION_REQUESTED: { topic: 'notification-requested', names } },
      entities: { ...pipeline.entities, mail: { table: 'mails', called: 'mail', counts: [{}] } },
      stages: {
        ...pipeline.stages,
        mailer: { group: 'mailers', consumes: 'NOTIFICATION_REQUESTED', attempts: 1, effect: 'mail', announces: [] },
      },
    };
    const unsent = trial(further, (b) => {
      tell(b, 'notification-requested', 'NOTIFICATION_REQUESTED', { allocationId: idOf('allocation', 'ada') });
      marks(b, 'TRAINER_ALLOCATED');
      passes(b, 'notifiers', 'trainer-allocated');
      passes(b, 'mailers', 'notification-requested');
    });
    expect(ids(unsent)).toEqual(['no-event-lost', 'allocation-gets-mail', 'event-gets-marked']);
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

  test('and shows nothing of what another stage does with the same event', () => {
    const audited: PipelineDeclaration = {
      ...shipped,
      stages: {
        auditor: { group: 'auditors', consumes: 'PURCHASE_CREATED', attempts: 1, unguarded: true, announces: [] },
        ...shipped.stages,
      },
    };
    const course: FlowOptions = {
      without: ['created', 'request', 'allocation', 'respond', 'markCreated', 'announced', 'passCreated'],
    };
    expect([ids(trial(audited, () => {}, course)), ids(trial(shipped, () => {}, course))]).toEqual([
      ['purchase-gets-event', 'purchase-gets-allocation'],
      ['purchase-gets-event', 'purchase-gets-allocation'],
    ]);
  });
});

describe('a stage that keeps no row in the guard', () => {
  const mailer = {
    group: 'mailers',
    consumes: 'TRAINER_ALLOCATED',
    attempts: 1,
    effect: 'mail',
    announces: [],
  } as const;
  const declared = (stages: PipelineDeclaration['stages']): PipelineDeclaration => ({
    ...shipped,
    entities: { ...shipped.entities, mail: { table: 'mails', called: 'mail', counts: [{}] } },
    stages: { ...shipped.stages, ...stages },
  });
  const mails = (b: Build): void => {
    const { studentId: student_id, courseId: course_id } = b.subject();
    b.commit([{ table: 'mails', op: 'insert', row: { id: idOf('mail'), student_id, course_id } }]);
    passes(b, 'mailers', 'trainer-allocated');
  };

  test('has no row of it missing, and nothing is asked about one', () => {
    const unguarded = declared({ mailer: { ...mailer, unguarded: true } });
    expect(wrong(trial(unguarded, mails))).toEqual([]);
    expect(ids(trial(declared({ mailer }), mails))).toEqual(['event-gets-marked']);
    const dead = trial(unguarded, (b) => {
      b.add({ kind: 'process.seen', source: 'process', worker: 'mailer', alive: false, state: 'absent' });
      b.add({ kind: 'offsets.group-described', source: 'offsets', group: 'mailers', state: 'Empty', members: [] });
      b.topics();
    });
    const [cause] = diagnose(dead);
    expect(cause?.checks.map(({ question }) => question[0])).toEqual(['1', '2', '3', '5']);
  });

  test('has marked nothing where another stage has', () => {
    const both = declared({
      mailer: { ...mailer, unguarded: true },
      sink: { group: 'sinks', consumes: 'TRAINER_ALLOCATED', attempts: 1, announces: [] },
    });
    const history = trial(
      both,
      (b) => (marks(b, 'TRAINER_ALLOCATED'), mails(b), passes(b, 'sinks', 'trainer-allocated')),
    );
    expect(wrong(history)).toEqual([]);
    expect([isTaken(history, history.subjects[0]!, 'sink')]).toEqual([true]);
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

  test('each of them may keep a row of its own', () => {
    const marked = trial(
      pipeline,
      (b) => (marks(b, 'TRAINER_ALLOCATED', 'mailer'), marks(b, 'TRAINER_ALLOCATED', 'biller')),
    );
    const ada = marked.subjects[0]!;
    expect(['mailer', 'biller'].map((role) => hasDecided(marked, ada, role))).toEqual([true, true]);
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

describe('two stages that bring about rows of one entity, by events of their own', () => {
  const pipeline: PipelineDeclaration = {
    ...shipped,
    events: {
      ...shipped.events,
      RETURNED: { topic: 'sessions-generated' },
      BOOKED: { topic: 'notification-requested', names: { entity: 'purchase', by: 'purchaseId' } },
    },
    stages: {
      ...shipped.stages,
      rebooker: { group: 'rebookers', consumes: 'RETURNED', attempts: 1, effect: 'purchase', announces: ['BOOKED'] },
    },
  };
  const returned = (b: Build): void => {
    tell(b, 'sessions-generated', 'RETURNED');
    passes(b, 'rebookers', 'sessions-generated');
    marks(b, 'RETURNED');
  };
  const course = (...without: NonNullable<FlowOptions['without']>): FlowOptions => ({ until: 'created', without });
  const booked = (b: Build): void =>
    void tell(b, 'notification-requested', 'BOOKED', { purchaseId: idOf('purchase', 'ada') });

  test('each owes what it announces itself, and not what the other does', () => {
    const right = trial(pipeline, (b) => (returned(b), booked(b)), course('confirmed'));
    expect(ids(right).filter((id) => id.startsWith('purchase-'))).toEqual(['purchase-has-payment']);
    const silent = trial(pipeline, returned, course('confirmed'));
    expect(wrong(silent).filter((each) => each.startsWith('purchase-is'))).toEqual([
      expect.stringMatching(/ was made and BOOKED was never published for it$/),
    ]);
    const ofTheFirst = wrong(trial(pipeline, () => {}, course()));
    expect(ofTheFirst.filter((each) => each.startsWith('purchase-'))).toEqual([
      expect.stringMatching(/PURCHASE_CREATED was never published for it$/),
      expect.stringMatching(/^purchase-gets-allocation/),
      expect.stringMatching(/ was made and COURSE_ACCESS_GRANTED was never published for it$/),
    ]);
  });

  test('where either may have made it one of both is enough, and nobody is named', () => {
    const both = trial(pipeline, (b) => (returned(b), booked(b)), course());
    expect(ids(both).filter((id) => id.startsWith('purchase-'))).toEqual([]);
    const neither = trial(pipeline, returned, course());
    const [told, ...more] = checkInvariants(neither, shippedContract).filter(
      ({ id }) => id === 'purchase-is-announced',
    );
    expect([told?.findings.map(({ message, worker }) => [message.split(' and ').at(-1), worker]), more]).toEqual([
      [['COURSE_ACCESS_GRANTED or BOOKED was never published for it', undefined]],
      [],
    ]);
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
  const update = (b: Build, status: string, was = 'approved'): void => {
    const { studentId, courseId } = b.subject();
    const old = {
      id: idOf('allocation', 'ada'),
      student_id: studentId,
      course_id: courseId,
      trainer_id: idOf('trainer', 'ada'),
      status: was,
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

  test('put back to what it was before it is undone, also where no ordinary end is declared', () => {
    const { done: _done, ...open } = plain;
    const ends = (status: string, start: typeof open) =>
      ids(
        trial({ ...pipeline, entities: { ...pipeline.entities, start } }, (b) => {
          update(b, 'active');
          marks(b, 'TRAINER_ALLOCATED');
          update(b, status, 'active');
          passes(b, 'starters', 'trainer-allocated');
        }),
      );
    const undone = ['no-event-lost', 'allocation-gets-start'];
    expect([ends('approved', open), ends('approved', plain)]).toEqual([undone, undone]);
    expect([
      ends('completed', plain),
      ends('over', open),
      ends('over', { ...open, done: [{ status: 'over' }] } as never),
    ]).toEqual([[], [], []]);
    expect(ends('over', plain)).toEqual(['no-event-lost']);
  });
});

describe('rows that are known by numbers', () => {
  const pipeline: PipelineDeclaration = {
    ...shipped,
    events: {
      ...shipped.events,
      MAILED: { topic: 'notification-requested', names: { entity: 'mail', by: 'mailId', agrees: { to: 'address' } } },
      POSTED: { topic: 'sessions-generated', names: { entity: 'letter', by: 'letterId', agrees: {} } },
    },
    entities: {
      ...shipped.entities,
      mail: { table: 'mails', called: 'mail', counts: [{ sent: '1' }], done: [] },
      letter: { table: 'letters', called: 'letter', counts: [{}], via: { entity: 'mail', column: 'mail_id' } },
    },
    stages: {
      ...shipped.stages,
      mailer: {
        group: 'mailers',
        consumes: 'TRAINER_ALLOCATED',
        attempts: 1,
        unguarded: true,
        effect: 'mail',
        announces: ['MAILED'],
      },
      poster: {
        group: 'posters',
        consumes: 'MAILED',
        attempts: 1,
        unguarded: true,
        effect: 'letter',
        announces: ['POSTED'],
      },
    },
  };
  const mail = (b: Build, sent: number) => {
    const { studentId: student_id, courseId: course_id } = b.subject();
    return { id: 7, student_id, course_id, address: 12, sent };
  };
  const goes = (over: {
    readonly mailId?: unknown;
    readonly to?: unknown;
    readonly via?: unknown;
    readonly sent?: number;
  }): History =>
    trial(pipeline, (b) => {
      b.commit([{ table: 'mails', op: 'insert', row: mail(b, 0) }]);
      b.commit([{ table: 'mails', op: 'update', row: mail(b, over.sent ?? 1) }]);
      tell(b, 'notification-requested', 'MAILED', { mailId: over.mailId ?? 7, to: over.to ?? 12 });
      passes(b, 'mailers', 'trainer-allocated');
      b.commit([{ table: 'letters', op: 'insert', row: { id: '900719925474099312', mail_id: over.via ?? 7 } }]);
      tell(b, 'sessions-generated', 'POSTED', { letterId: '900719925474099312' });
      passes(b, 'posters', 'notification-requested');
    });

  test('are one row whatever becomes of them, and events name them by a number or by text', () => {
    expect([wrong(goes({})), wrong(goes({ mailId: '7', to: '12', via: '7' }))]).toEqual([[], []]);
  });

  test('and what is wrong of them is seen', () => {
    expect(ids(goes({ mailId: 8 }))).toEqual(['ids-agree', 'announced-means-committed']);
    expect(ids(goes({ to: 13 }))).toEqual(['ids-agree']);
    expect(ids(goes({ sent: 2 }))).toContain('no-event-lost');
  });
});

test('an id is what the pipeline says: where it may be any text, one that is no UUID lacks nothing', () => {
  const lettered = (given: 'text' | undefined) =>
    trial(
      given === undefined ? shipped : { ...shipped, ids: given },
      (b) => {
        const { correlationId } = b.subject();
        const record = b.emit('PURCHASE_CREATED', 'ada', { value: { purchaseId: 'P-17' } });
        const place = {
          originalTopic: record.topic,
          originalPartition: record.partition,
          originalOffset: record.offset,
        };
        b.raw('dead-letter-queue', b.subject(), { json: { ...place, correlationId, attempts: 1 } });
      },
      { until: 'purchase' },
    );
  expect([
    ids(lettered('text')).includes('dead-letter-once'),
    ids(lettered(undefined)).includes('dead-letter-once'),
  ]).toEqual([true, false]);
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
