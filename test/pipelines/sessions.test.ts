import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadPipeline } from '../../harness/config/pipelines.ts';
import { shippedContract } from '../../harness/contract/testing/shipped.ts';
import type { History } from '../../harness/history/history.ts';
import { hasDecided } from '../../harness/history/progress.ts';
import { isTaken } from '../../harness/history/taken.ts';
import { build } from '../../harness/history/testing/build.ts';
import type { Build } from '../../harness/history/testing/build.ts';
import { flow } from '../../harness/history/testing/flow.ts';
import { idOf } from '../../harness/history/testing/values.ts';
import { checkInvariants } from '../../harness/invariants/check-all.ts';
import { diagnose } from '../../harness/diagnosis/diagnose.ts';
import { dataApart } from '../../harness/pipeline/code.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { loadScenarios } from '../../harness/scenario/load.ts';
import { declarationProblems } from '../../harness/pipeline/validate.ts';
import { purchaseToSessions } from '../../pipelines/purchase-to-sessions/pipeline.ts';
import { ALLOCATION, range, session, sessionId, told, trial } from './sessions.ts';
import type { Steps } from './sessions.ts';

/** What is violated, with its shapes; nothing may be undecided. */
const wrong = (history: History): readonly string[] =>
  checkInvariants(history, shippedContract).flatMap(({ id, verdict, findings }) =>
    verdict === 'holds' ? [] : findings.map(({ message }) => `${id} ${verdict}: ${message}`),
  );

const right = (steps: Steps): void => {
  steps.makes(1, 7);
  steps.mark();
  steps.announces();
  steps.passes();
};

describe('the declaration', () => {
  test('is right, stays what it is as JSON, and is short', () => {
    expect(declarationProblems(purchaseToSessions)).toEqual([]);
    const { declaration } = dataApart(purchaseToSessions);
    expect(JSON.parse(JSON.stringify(purchaseToSessions))).toEqual(declaration);
    const source = readFileSync(new URL('../../pipelines/purchase-to-sessions/pipeline.ts', import.meta.url), 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  });

  test('the way follows from what is consumed and announced, in whatever order stages are declared', () => {
    const stages = Object.fromEntries(Object.entries(purchaseToSessions.stages).toReversed());
    const roles = ['purchase-worker', 'allocation-worker', 'session-worker'];
    expect(pipelineOf(purchaseToSessions).roles).toEqual(roles);
    expect(pipelineOf({ ...purchaseToSessions, stages }).roles).toEqual(roles);
    expect(wrong(trial(right, { pipeline: { ...purchaseToSessions, stages } }))).toEqual([]);
  });
});

test('it is run by its name: its tables after the shipped ones, its workers, and scenarios of its own', async () => {
  const { pipeline, stubs, workerSets, database, scenarios } = await loadPipeline('purchase-to-sessions');
  expect(pipeline).toEqual(dataApart(purchaseToSessions).declaration);
  expect(Object.keys(stubs)).toEqual(['admin-service']);
  expect(Object.entries(workerSets).map(([name, { workers }]) => [name, workers.map(({ role }) => role)])).toEqual([
    ['hardened', pipelineOf(pipeline).roles],
    ['incident', pipelineOf(pipeline).roles],
  ]);
  const files = 'file' in database.schema ? [database.schema.file, ...(database.schema.further ?? [])] : [];
  const root = fileURLToPath(new URL('../..', import.meta.url));
  expect(files).toEqual([join(root, 'fixtures/schema.sql'), join(root, 'pipelines/purchase-to-sessions/schema.sql')]);
  const loaded = await loadScenarios(scenarios, pipelineOf(pipeline));
  expect(loaded.map(({ scenario }) => scenario.name)).toEqual([
    'session-worker-down',
    'session-worker-killed-after-announcing',
    'session-worker-killed-mid-event',
    'sessions-topic-missing',
  ]);
});

describe('seven rows are one effect', () => {
  test('that commit together, or one by one, or were there in part', () => {
    expect(wrong(trial(right))).toEqual([]);
    const oneByOne = (steps: Steps): void => {
      steps.oneByOne(1, 7);
      steps.mark();
      steps.announces();
      steps.passes();
    };
    expect(wrong(trial(oneByOne))).toEqual([]);
    const withGiven = (steps: Steps): void => {
      steps.makes(1, 4, 'scenario');
      steps.oneByOne(5, 7);
      steps.mark();
      steps.announces(5, 7);
      steps.passes();
    };
    expect(wrong(trial(withGiven))).toEqual([]);
  });

  test('six are none: its mark came too early, and its event is lost', () => {
    const six = trial((steps) => {
      steps.makes(1, 6);
      steps.mark();
      steps.passes();
    });
    expect(wrong(six)).toEqual([
      expect.stringMatching(/^mark-follows-effect violated: TRAINER_ALLOCATED .* while not 7 rows of session of/),
      expect.stringMatching(/^no-event-lost violated: session-scheduling-workers committed past trainer-allocated/),
      expect.stringMatching(/^allocation-gets-session violated: allocation .* has not seven sessions with the trainer/),
    ]);
  });

  test('the seventh after the mark is what follows too late, and nothing else is wrong', () => {
    const late = trial((steps) => {
      steps.oneByOne(1, 6);
      steps.mark();
      steps.oneByOne(7, 7);
      steps.announces();
      steps.passes();
    });
    expect(wrong(late)).toEqual([expect.stringMatching(/^mark-follows-effect violated/)]);
  });

  test('what becomes of a session later takes nothing away; what a worker takes back does', () => {
    const cancelled = (b: Build, writer: string | null, status = 'cancelled'): void => {
      const { row } = session(b, 3);
      const change = { table: 'tutoring_sessions', op: 'update', row: { ...row, status }, old: row ?? {} };
      b.commit([{ ...change, op: 'update' }], writer);
    };
    expect(wrong(trial((steps, b) => (right(steps), cancelled(b, 'a-person'))))).toEqual([]);
    expect(wrong(trial((steps, b) => (steps.oneByOne(1, 3), cancelled(b, 'a-person'), finish(steps))))).toEqual([]);
    expect(wrong(trial((steps, b) => (right(steps), cancelled(b, null)))).join()).toContain('no-event-lost violated');
    // Lessons are held, and disputed: who says so takes none of them back.
    for (const status of ['in_progress', 'completed', 'disputed'])
      expect(wrong(trial((steps, b) => (right(steps), cancelled(b, null, status))))).toEqual([]);
  });

  test('each row that is announced is a committed one, of that trainer', () => {
    const uncommitted = trial((steps) => {
      steps.makes(1, 7);
      steps.mark();
      steps.announces(1, 8);
      steps.passes();
    });
    expect(wrong(uncommitted).map((each) => each.split(':')[0])).toEqual([
      'ids-agree violated',
      'announced-means-committed violated',
    ]);
    const another = trial((steps) => {
      steps.makes(1, 7);
      steps.mark();
      steps.announces(1, 7, { trainerId: idOf('trainer', 'ben') });
      steps.passes();
    });
    expect(wrong(another)).toEqual([expect.stringMatching(/^ids-agree violated: .* names session .* with trainerId/)]);
    // Its trainer is left out as its course is: the allocation has them.
    const unsaid = trial((steps, b) => {
      b.commit(range(1, 7).map((i) => session(b, i, { trainer_id: null })));
      steps.mark();
      steps.announces();
      steps.passes();
    });
    expect(wrong(unsaid)).toEqual([]);
  });

  test('who says how many were made names as many', () => {
    const says = (sessionCount: number) =>
      trial((steps) => (made(steps), steps.announces(1, 7, { sessionCount }), steps.passes()));
    expect([wrong(says(7)), wrong(says(5))]).toEqual([
      [],
      [expect.stringMatching(/^ids-agree violated: SESSIONS_GENERATED .* says sessionCount 5 and names 7 of session/)],
    ]);
  });
});

const made = (steps: Steps): void => {
  steps.makes(1, 7);
  steps.mark();
};

/** The rest of a right course after three sessions. */
const finish = (steps: Steps): void => {
  steps.oneByOne(4, 7);
  steps.mark();
  steps.announces();
  steps.passes();
};

test('sessions of an earlier allocation are none of a later one’s', () => {
  const later = idOf('allocation', 'later');
  const history = trial((steps, b) => {
    right(steps);
    const old = {
      id: ALLOCATION,
      student_id: b.subject().studentId,
      course_id: b.subject().courseId,
      status: 'approved',
    };
    b.commit([{ table: 'trainer_allocations', op: 'update', row: { ...old, status: 'cancelled' }, old }], 'a-person');
    b.allocation('ada', { id: later });
    steps.passes(
      b.emit('TRAINER_ALLOCATED', 'ada', { value: { allocationId: later }, eventId: later, by: 'scenario' }),
    );
  });
  expect(wrong(history)).toEqual([
    expect.stringMatching(/^no-event-lost violated: .* committed past trainer-allocated-0@1/),
    expect.stringMatching(/^allocation-gets-session violated/),
  ]);
});

test('who plans nothing for an allocation that is over has lost nothing, and one that still stands is planned', () => {
  const becomes = (status: string) =>
    trial((steps, b) => {
      const { studentId: student_id, courseId: course_id } = b.subject();
      const old = { id: ALLOCATION, student_id, course_id, trainer_id: idOf('trainer', 'ada'), status: 'approved' };
      b.commit([{ table: 'trainer_allocations', op: 'update', row: { ...old, status }, old }], 'a-person');
      steps.mark();
      steps.passes();
    });
  expect(wrong(becomes('cancelled'))).toEqual([]);
  // Nor does it miss anything.
  expect(diagnose(becomes('cancelled'))).toEqual([]);
  expect(diagnose(becomes('active')).map(({ id }) => id)).toContain('guard-marked-without-allocation');
  expect(wrong(becomes('active')).map((each) => each.split(' ')[0])).toEqual([
    'mark-follows-effect',
    'no-event-lost',
    'allocation-gets-session',
  ]);
});

test('of rows that are older than the trial’s history nothing tells how many there are', () => {
  const history = trial((steps, b) => {
    const { row } = session(b, 1);
    b.commit([{ table: 'tutoring_sessions', op: 'update', row: { ...row, duration: 50 }, old: row ?? {} }], 'a-person');
    steps.mark();
    steps.passes();
  });
  expect(wrong(history)).toEqual([]);
});

describe('two at once, and the same again', () => {
  test('what an earlier delivery made is told of by the later one’s announcement', () => {
    const history = trial((steps) => {
      steps.oneByOne(1, 3);
      steps.oneByOne(4, 7);
      steps.mark();
      steps.announces(4, 7);
      steps.passes();
    });
    expect(wrong(history)).toEqual([]);
  });

  test('two writers make the seven between them', () => {
    const history = trial((steps) => {
      steps.oneByOne(1, 3);
      steps.makes(4, 7);
      steps.mark();
      steps.announces(4, 7);
      steps.announces(1, 3);
      steps.passes();
    });
    expect(wrong(history)).toEqual([]);
  });

  test('a repeat has another eventId', () => {
    expect(wrong(trial((steps) => (right(steps), steps.announces(), steps.passes())))).toEqual([]);
  });
});

describe('an announcement is owed for what an event made', () => {
  const silent = (steps: Steps): void => {
    steps.makes(1, 7);
    steps.mark();
    steps.passes();
  };
  const never = expect.stringMatching(
    /^session-is-announced violated: .* SESSIONS_GENERATED was never published for it/,
  );

  test('and one that never came is told once, for all seven', () => {
    expect(wrong(trial(silent))).toEqual([never]);
    expect(wrong(trial((steps) => (steps.oneByOne(1, 7), steps.mark(), steps.passes())))).toEqual([never]);
  });

  test('a worker that was up before the allocation was there cannot have made them of its own accord', () => {
    const upFor = (ms: number) => (steps: Steps, b: Build) => {
      steps.starts();
      const ready = b.events[steps.isReady() - 1]!;
      b.events[ready.seq - 1] = { ...ready, at: ready.at - ms };
    };
    expect(wrong(trial(silent, { before: upFor(100) }))).toEqual([never]);
    // It may still have been looking around.
    expect(wrong(trial(silent, { before: upFor(10) }))).toEqual([]);
  });

  test('nothing is owed where all was there already', () => {
    const given = trial((steps) => {
      steps.makes(1, 7, 'scenario');
      steps.mark();
      steps.passes();
    });
    expect(wrong(given)).toEqual([]);
  });

  test('an announcement of no row at all is none of these', () => {
    const nothing = trial((steps) => (made(steps), steps.announces(1, 0), steps.passes()));
    expect(wrong(nothing)).toEqual([never]);
  });

  test('what a delivery made that was broken off is owed all the same, unless the rest was made unasked', () => {
    const broken = (most: number, unasked: readonly [number, number] | undefined) =>
      trial((steps, b) => {
        steps.makes(1, most);
        b.add({
          kind: 'process.exited',
          source: 'process',
          worker: 'session-worker',
          pid: 9,
          code: null,
          signal: 'SIGKILL',
          requested: true,
        });
        steps.starts();
        if (unasked !== undefined) steps.makes(...unasked);
        steps.isReady();
        steps.mark();
        steps.passes();
      });
    expect(wrong(broken(7, undefined))).toEqual([never]);
    expect(wrong(broken(2, [3, 7]))).toEqual([]);
  });

  test('nor for what was made before the event was there', () => {
    const history = trial(
      (steps, b) => {
        steps.makes(1, 7);
        b.emit('TRAINER_ALLOCATED', 'ada');
        steps.mark();
        steps.passes();
      },
      { flow: { without: ['announced'] } },
    );
    expect(wrong(history)).toEqual([]);
  });

  test('nor for what a worker may have made at its start, or after its hours', () => {
    expect(wrong(trial((steps) => (steps.starts(), silent(steps))))).toEqual([]);
    // Its start was not over when the allocation came.
    expect(
      wrong(trial((steps) => (steps.isReady(), silent(steps)), { before: (steps) => void steps.starts() })),
    ).toEqual([]);
    const hours = trial((steps, b) => {
      silent(steps);
      const at = b.events.findIndex((event) => event.kind === 'postgres.commit' && event.changes.length === 7);
      b.events[at] = { ...b.events[at]!, at: 6 * 3_600_000 };
    });
    expect(wrong(hours)).toEqual([]);
  });
});

test('of the same event told for two payments one row of the guard is all there can be', () => {
  const b = build({ subjects: ['ada', 'again'], shares: { again: 'ada' } });
  for (const name of ['ada', 'again']) flow(b, name === 'ada' ? {} : { until: 'created', without: ['purchase'] }, name);
  const guard = (event_id: string) => ({
    event_id,
    event_type: 'TRAINER_ALLOCATED',
    correlation_id: b.subject().correlationId,
  });
  b.commit([1, 2, 3, 4, 5, 6, 7].map((i) => session(b, i)));
  const value = { allocationId: ALLOCATION, trainerId: idOf('trainer', 'ada') };
  b.emit('TRAINER_ALLOCATED', 'again', { value, eventId: ALLOCATION });
  const marked = (event_id: string) => {
    const events = [...b.events];
    b.commit([{ table: 'processed_events', op: 'insert', row: guard(event_id) }]);
    b.ended();
    const found = wrong(told(b)).filter((each) => each.includes('TRAINER_ALLOCATED') && each.includes('never marked'));
    b.events.splice(0, b.events.length, ...events);
    return found.length;
  };
  expect([marked(ALLOCATION), marked('another')]).toEqual([0, 1]);
});

test('who gets no event before a person decides has nothing to decide on', () => {
  const pending = { allocation: (b: Build) => void b.allocation('ada', { status: 'pending' }) };
  const resting = trial(() => {}, { flow: { instead: pending, without: ['announced'] } });
  const assigned = trial(() => {}, { flow: { without: ['announced'] } });
  const decided = (history: History): boolean => hasDecided(history, history.subjects[0]!, 'session-worker');
  expect([decided(resting), decided(assigned)]).toEqual([true, false]);
  // What was made unasked decides once the event is there, for whichever of its payments.
  expect(decided(trial((steps) => void steps.makes(1, 7)))).toBe(true);
});

test('a letter about a stage of which no pact tells is held to none', () => {
  const lettered = trial((steps, b) => {
    const { correlationId } = b.subject();
    const place = { originalTopic: 'trainer-allocated', originalPartition: 0, originalOffset: '0' };
    b.raw('dead-letter-queue', b.subject(), { json: { ...place, correlationId, eventId: ALLOCATION, attempts: 3 } });
    steps.passes();
  });
  expect(wrong(lettered).filter((each) => each.startsWith('messages-honour-contract'))).toEqual([]);
  const ofAnother = trial((_, b) => {
    const place = { originalTopic: 'purchase-created', originalPartition: 0, originalOffset: '0' };
    b.raw('dead-letter-queue', b.subject(), { json: { ...place, attempts: 5 } });
  });
  expect(wrong(ofAnother).join()).toContain('messages-honour-contract violated');
});

describe('rows without an event', () => {
  const given = {
    without: ['created', 'request', 'allocation', 'respond', 'markCreated', 'announced', 'passCreated'],
  } as const;

  test('that a worker topped up accuse nobody, and are no sign of an event', () => {
    const history = trial(
      (steps, b) => {
        b.emit('PURCHASE_CREATED', 'ada');
        b.allocation('ada', { writer: 'scenario' });
        steps.starts();
        steps.makes(1, 7);
      },
      { flow: given },
    );
    expect(wrong(history).filter((each) => each.includes('session'))).toEqual([]);
    expect(diagnose(history)).toEqual([]);
    const ada = history.subjects[0]!;
    expect([isTaken(history, ada, 'session-worker'), hasDecided(history, ada, 'session-worker')]).toEqual([
      false,
      false,
    ]);
  });
});

test('sessions are known by their allocation, also where it was made in the same transaction', () => {
  const history = trial(
    (steps, b) => {
      b.emit('TRAINER_ALLOCATED', 'ada');
      steps.mark();
      steps.announces();
      steps.passes();
    },
    {
      flow: {
        without: ['announced'],
        instead: {
          allocation: (b) => {
            const { studentId, courseId } = b.subject();
            const row = { id: ALLOCATION, student_id: studentId, course_id: courseId, status: 'approved' };
            const allocation = {
              table: 'trainer_allocations',
              op: 'insert',
              row: { ...row, trainer_id: idOf('trainer', 'ada') },
            } as const;
            b.commit([...range(1, 7).map((i) => session(b, i, { student_id: null })), allocation], 'admin-service');
          },
        },
      },
    },
  );
  expect(wrong(history)).toEqual([]);
  expect(sessionId(1)).not.toBe(sessionId(2));
});
