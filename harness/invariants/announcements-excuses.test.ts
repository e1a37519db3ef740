/** Rules about what is announced: held against the row it names, excused by the very lie that was told. */
import { expect, test } from 'vitest';
import type { HttpFalsehood } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import { idOf } from '../history/testing/values.ts';
import { announcedMeansCommitted } from './announced-means-committed.ts';
import { checkInvariant, shipped } from './testing.ts';
import { idsAgree } from './ids-agree.ts';
import type { Invariant } from './types.ts';

const allocationIsAnnounced = shipped('allocation-is-announced');

const judged = (invariant: Invariant, does: (b: Build) => void, options: BuildOptions = {}) => {
  const b = build(options);
  does(b);
  b.ended();
  const { verdict, findings, notes = [] } = checkInvariant(invariant, b.history());
  return [verdict, ...findings.map(({ shape }) => shape), ...notes.map(({ shape }) => `note ${shape}`)];
};

const told = (b: Build, value: Readonly<Record<string, unknown>> = {}, name = 'ada') =>
  b.emit('TRAINER_ALLOCATED', name, {
    value: { allocationId: idOf('allocation', 'ada'), trainerId: idOf('trainer', 'ada'), ...value },
  });
const rowOf = (b: Build, over: object = {}) => {
  const { studentId, courseId } = b.subject();
  return {
    id: idOf('allocation', 'ada'),
    student_id: studentId,
    course_id: courseId,
    trainer_id: idOf('trainer', 'ada'),
    status: 'approved',
    ...over,
  };
};
const change = (b: Build, over: object, writer: string | null = null) =>
  b.commit([{ table: 'trainer_allocations', op: 'update', row: rowOf(b, over), old: rowOf(b) }], writer);
/** So that clocks tell the next event from the one before. */
const later = (b: Build): void => {
  for (let i = 0; i < 4; i += 1) b.add({ kind: 'trial.quiet', source: 'trial', quietMs: 0 });
};

test('ids-agree: an allocation of this trial under a stranger’s ids is judged by its row', () => {
  const zoe = { studentId: idOf('student', 'zoe'), courseId: idOf('course', 'zoe') };
  expect(judged(idsAgree, (b) => void [b.allocation(), told(b, zoe, 'zoe')])).toEqual([
    'violated',
    'another-student-id-course-id',
  ]);
  // The right student and course under a correlation id that is no payment's.
  const { studentId, courseId } = build().subject();
  expect(judged(idsAgree, (b) => void [b.allocation(), told(b, { studentId, courseId }, 'zoe')])).toEqual([
    'violated',
    'foreign-correlation-id',
  ]);
  const passedOn = (b: Build) => {
    b.emit('PURCHASE_CREATED', 'zoe', { by: 'scenario', value: { studentId, courseId } });
    b.allocation();
    told(b, { studentId, courseId }, 'zoe');
  };
  expect(judged(idsAgree, passedOn)).toEqual(['holds']);
  expect(judged(idsAgree, (b) => void told(b, { allocationId: idOf('x') }, 'zoe'))).toEqual(['holds']);
});

/** What a worker announced because of what the harness had seen: the record follows the commit before it. */
const following = (
  does: (b: Build) => number,
  announced: Readonly<Record<string, unknown>> = {},
  then: (b: Build) => void = () => {},
) => {
  const b = build();
  const commit = does(b);
  const { seq } = told(b, announced);
  then(b);
  b.ended();
  const events = b.events.map((event) => (event.seq === seq ? { ...event, after: [commit] } : event));
  const { verdict, findings } = checkInvariant(idsAgree, openHistory(events));
  return [verdict, ...findings.map(({ shape }) => shape)];
};

test('ids-agree: the row as it was announced must not provably have been overwritten before', () => {
  const other = { trainer_id: idOf('new') };
  const overwritten = (writer: string | null) => (b: Build) => {
    b.allocation();
    return change(b, other, writer);
  };
  expect(following(overwritten(null))).toEqual(['violated', 'outdated-trainer-id']);
  expect(following(overwritten('scenario'))).toEqual(['violated', 'outdated-trainer-id']);
  expect(following(overwritten(null), { trainerId: idOf('new') })).toEqual(['holds']);
  // An outbox is relayed in order: first what was, then what is.
  expect(following(overwritten(null), {}, (b) => void told(b, { trainerId: idOf('new') }))).toEqual(['holds']);
  // Another allocation, or another event, told as the row is tells nothing of this announcement.
  const row = { allocationId: idOf('x'), trainerId: idOf('new') };
  expect(following(overwritten(null), {}, (b) => void told(b, row))).toContain('outdated-trainer-id');
  const created = (b: Build) =>
    void b.emit('PURCHASE_CREATED', 'ada', {
      value: { allocationId: idOf('allocation', 'ada'), trainerId: idOf('new') },
    });
  expect(following(overwritten(null), {}, created)).toEqual(['violated', 'outdated-trainer-id']);
  // What never was is no former state.
  expect(following(overwritten(null), { trainerId: idOf('never') })).toEqual(['violated', 'another-trainer-id']);
});

test('ids-agree: a worker that overwrote the row and stamped the record later announced what was no more', () => {
  const other = { trainer_id: idOf('new') };
  const overwritten = (writer: string | null) => (b: Build) => {
    b.allocation();
    change(b, other, writer);
    later(b);
    told(b);
  };
  expect(judged(idsAgree, overwritten(null))).toEqual(['violated', 'outdated-trainer-id']);
  // What another did meanwhile it need not have seen, and clocks of two hosts tell nothing.
  expect(judged(idsAgree, overwritten('scenario'))).toEqual(['holds']);
  expect(judged(idsAgree, overwritten(null), { sharedClock: false })).toEqual(['holds']);
  const afterwards = (b: Build) => {
    b.allocation();
    told(b);
    change(b, other);
  };
  expect(judged(idsAgree, afterwards)).toEqual(['holds']);
  const itself = (b: Build) => {
    b.allocation();
    change(b, other);
    later(b);
    told(b, { trainerId: idOf('new') });
  };
  expect(judged(idsAgree, itself)).toEqual(['holds']);
});

test('ids-agree: of several states that may be meant the closest is named, and what nobody announced is none', () => {
  const { studentId, courseId } = build().subject();
  // Neither a trainer in the row nor one announced is the same.
  expect(
    judged(idsAgree, (b) => void [b.allocation('ada', { status: 'pending' }), told(b, { trainerId: null })]),
  ).toEqual(['holds']);
  expect(
    judged(idsAgree, (b) => void [b.allocation('ada', { status: 'pending' }), told(b, { trainerId: undefined })]),
  ).toEqual(['holds']);
  expect(judged(idsAgree, (b) => void [b.allocation('ada', { status: 'pending' }), told(b)])).toEqual([
    'violated',
    'another-trainer-id',
  ]);
  const states = (b: Build) => {
    b.allocation('ada', { trainerId: null, status: 'pending' });
    change(b, { trainer_id: idOf('new') });
    told(b, { courseId: idOf('course', 'zoe'), trainerId: idOf('new') });
  };
  expect(judged(idsAgree, states)).toEqual(['violated', 'another-course-id']);
  expect(judged(idsAgree, (b) => void [b.allocation(), told(b, { studentId, courseId })])).toEqual(['holds']);
});

test('ids-agree: an id of an event that the worker was told for the row’s payment is no foreign one', () => {
  const foreign = (options: BuildOptions, correlation: string | null) =>
    judged(
      idsAgree,
      (b) => {
        const { studentId, courseId } = b.subject();
        b.allocation();
        const meta = {
          eventId: idOf('allocation', 'ada'),
          ...(correlation === null ? {} : { correlationId: correlation }),
        };
        b.emit('TRAINER_ALLOCATED', 'ada', {
          headers: {},
          key: null,
          value: { studentId, courseId, _metadata: meta },
        });
      },
      options,
    );
  const two = { subjects: ['ada', 'again'], shares: { again: 'ada' } };
  expect(foreign({}, null)).toEqual(['holds']);
  expect(foreign({}, idOf('payment', 'zoe'))).toEqual(['violated', 'foreign-correlation-id']);
  // Of two payments either id is the row's own.
  expect(foreign(two, build(two).subject('again').correlationId)).toEqual(['holds']);
  expect(foreign(two, build(two).subject('ada').correlationId)).toEqual(['holds']);
});

test('ids-agree: ids are the same in any case; what the harness told is nobody’s', () => {
  const { studentId, courseId } = build().subject();
  const upper = {
    allocationId: idOf('allocation', 'ada').toUpperCase(),
    trainerId: idOf('trainer', 'ada').toUpperCase(),
    studentId: studentId.toUpperCase(),
    courseId: courseId.toUpperCase(),
  };
  expect(judged(idsAgree, (b) => void [b.allocation(), told(b, upper)])).toEqual(['holds']);
  const harness = (b: Build) => void b.emit('TRAINER_ALLOCATED', 'ada', { by: 'scenario' });
  expect(judged(idsAgree, harness)).toEqual(['holds']);
  expect(judged(idsAgree, (b) => void told(b, { allocationId: undefined }))).toEqual(['holds']);
});

const answered = (b: Build, falsified: readonly HttpFalsehood[], data: object) =>
  void b.respond(b.request(), 'ada', { falsified, data });

test.each<[HttpFalsehood, boolean]>([
  ['body', true],
  ['shape', true],
  ['id', false],
  ['row-late', false],
  ['row-missing', false],
  ['status', false],
])('ids-agree: a lie about %s excuses a wrong trainer: %s', (lie, excuses) => {
  const trainerId = idOf('liar');
  const does = (b: Build) =>
    void [b.allocation(), answered(b, [lie], { trainerId, id: idOf('no row') }), told(b, { trainerId })];
  expect(judged(idsAgree, does)).toEqual(
    excuses ? ['holds', 'note another-trainer-id-as-falsely-told'] : ['violated', 'another-trainer-id'],
  );
});

test.each<[HttpFalsehood, boolean]>([
  ['id', true],
  ['body', true],
  ['row-missing', true],
  ['row-late', true],
  ['status', false],
])('ids-agree: a lie about %s excuses an id that no row has: %s', (lie, excuses) => {
  const id = idOf('no row');
  const does = (b: Build) => void [b.allocation(), answered(b, [lie], { id }), told(b, { allocationId: id })];
  expect(judged(idsAgree, does)).toEqual(
    excuses ? ['holds', 'note never-committed-as-falsely-told'] : ['violated', 'never-committed'],
  );
});

test('ids-agree: a lie about one place, or to another payment, excuses no other', () => {
  const trainerId = idOf('liar');
  const two = (b: Build) =>
    void [b.allocation(), answered(b, ['body'], { trainerId }), told(b, { trainerId, courseId: idOf('wrong') })];
  expect(judged(idsAgree, two)).toEqual(['violated', 'another-course-id-trainer-id']);
  const toBen = (b: Build) => {
    b.allocation();
    b.respond(b.request('ben'), 'ben', { falsified: ['body'], data: { trainerId } });
    told(b, { trainerId });
  };
  expect(judged(idsAgree, toBen, { subjects: ['ada', 'ben'] })).toEqual(['violated', 'another-trainer-id']);
});

test('ids-agree: a row of another, named by a false id, is what is wrong', () => {
  const bens = idOf('allocation', 'ben');
  const does = (falsified: readonly HttpFalsehood[]) => (b: Build) => {
    b.allocation();
    b.allocation('ben');
    answered(b, falsified, { id: bens });
    told(b, { allocationId: bens });
  };
  const shape = 'another-student-id-course-id-trainer-id';
  expect(judged(idsAgree, does(['id']), { subjects: ['ada', 'ben'] })).toEqual([
    'holds',
    `note ${shape}-as-falsely-told`,
  ]);
  expect(judged(idsAgree, does(['status']), { subjects: ['ada', 'ben'] })).toEqual(['violated', shape]);
});

test('ids-agree: what was answered: the truth of a whole 201 counts, also beside others', () => {
  const other = idOf('answered');
  const does =
    (...answers: readonly Parameters<Build['respond']>[2][]) =>
    (b: Build) => {
      b.allocation();
      for (const answer of answers) b.respond(b.request(), 'ada', answer);
      told(b);
    };
  expect(judged(idsAgree, does({ id: other }))).toEqual(['violated', 'not-what-was-answered']);
  expect(judged(idsAgree, does({ id: other }, {}))).toEqual(['holds']);
  expect(judged(idsAgree, does({ id: other, status: 202 }))).toEqual(['holds']);
  expect(judged(idsAgree, does({ id: other, status: 500 }))).toEqual(['holds']);
  expect(judged(idsAgree, does({ id: idOf('allocation', 'ada').toUpperCase() }))).toEqual(['holds']);
});

test('announced-means-committed: a row that was only within one transaction never was', () => {
  const within = (b: Build) => {
    b.commit([
      { table: 'trainer_allocations', op: 'insert', row: rowOf(b) },
      { table: 'trainer_allocations', op: 'delete', old: rowOf(b) },
    ]);
    told(b);
  };
  expect(judged(announcedMeansCommitted, within)).toEqual(['violated', 'allocation-never-committed']);
});

test('announced-means-committed: a row older than the history was there; one of this trial is, under whatever ids', () => {
  const commit = (b: Build, op: 'insert' | 'update') =>
    void b.commit(
      [{ table: 'trainer_allocations', op, row: rowOf(b), ...(op === 'update' ? { old: rowOf(b) } : {}) }],
      null,
      10,
    );
  expect(judged(announcedMeansCommitted, (b) => void [told(b), commit(b, 'insert')])).toEqual([
    'violated',
    'allocation-committed-later',
  ]);
  expect(judged(announcedMeansCommitted, (b) => void [told(b), commit(b, 'update')])).toEqual(['holds']);
  expect(judged(announcedMeansCommitted, (b) => void [told(b, {}, 'zoe'), commit(b, 'insert')])).toEqual([
    'violated',
    'allocation-committed-later',
  ]);
  expect(judged(announcedMeansCommitted, (b) => void told(b, {}, 'zoe'))).toEqual(['holds']);
});

test('announced-means-committed: what the harness announced, or what names no row, accuses nobody', () => {
  expect(judged(announcedMeansCommitted, (b) => void b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario' }))).toEqual([
    'holds',
  ]);
  expect(judged(announcedMeansCommitted, (b) => void told(b, { allocationId: undefined }))).toEqual(['holds']);
  expect(judged(announcedMeansCommitted, (b) => void b.emit('PURCHASE_CONFIRMED'))).toEqual(['holds']);
});

test('allocation-is-announced: pending ones, and what a person decided later, are nobody’s to announce', () => {
  const pending = (b: Build) => void b.allocation('ada', { status: 'pending' });
  expect(judged(allocationIsAnnounced, pending)).toEqual(['holds']);
  expect(judged(allocationIsAnnounced, (b) => void [pending(b), change(b, {}, 'scenario')])).toEqual(['holds']);
  expect(judged(allocationIsAnnounced, (b) => void [pending(b), b.allocation('ada', { update: true })])).toEqual([
    'violated',
    'never-announced',
  ]);
  expect(judged(allocationIsAnnounced, (b) => void b.allocation('ada', { writer: 'scenario' }))).toEqual(['holds']);
  expect(judged(allocationIsAnnounced, (b) => void b.allocation('ada', { writer: null }))).toEqual(['holds']);
});

test('allocation-is-announced: by its id in any case; more than once is shown', () => {
  const upper = { allocationId: idOf('allocation', 'ada').toUpperCase() };
  expect(judged(allocationIsAnnounced, (b) => void [b.allocation(), told(b, upper)])).toEqual(['holds']);
  expect(judged(allocationIsAnnounced, (b) => void [b.allocation(), told(b), told(b)])).toEqual([
    'holds',
    'note announced-again',
  ]);
  expect(judged(allocationIsAnnounced, (b) => void [b.allocation(), told(b, { allocationId: idOf('x') })])).toEqual([
    'violated',
    'never-announced',
  ]);
  expect(judged(allocationIsAnnounced, (b) => void flow(b))).toEqual(['holds']);
});
