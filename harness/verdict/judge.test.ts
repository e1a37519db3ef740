import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { UPSTREAMS } from '../pipeline/testing.ts';
import type { Scenario } from '../scenario/types.ts';
import { breakagesOf } from '../reporters/breakage.ts';
import { findingsOfTrial } from './findings.ts';
import { accusedByAbsence, judge } from './testing/shipped.ts';

const SCENARIO: Scenario = {
  name: 'test',
  title: 'A test.',
  tags: [],
  given: { subjects: { ada: {} } },
  faults: [],
  act: [],
  during: [{ when: { always: true }, causes: [] }],
};

interface Course {
  readonly built?: BuildOptions;
  readonly flow?: FlowOptions;
  /** Seen at the observation. */
  readonly seen?: (b: Build) => void;
  /** Before the observation. */
  readonly before?: (b: Build) => void;
  readonly observed?: boolean | 'never';
  /** After the observation. */
  readonly after?: (b: Build) => void;
  readonly settled?: boolean | 'never';
  readonly traffic?: boolean;
}

/** A trial as it is recorded, with what the test puts in or leaves out. */
const trial = (course: Course = {}, over: Partial<Scenario> = {}) => {
  const b = build({ acting: false, ...course.built });
  b.phase('inject');
  flow(b, course.flow);
  course.before?.(b);
  b.observed(() => void course.seen?.(b));
  if (course.observed !== 'never')
    b.add({
      kind: 'trial.observed',
      source: 'trial',
      met: course.observed ?? true,
      description: 'something',
      waitedMs: 7,
      upTo: b.events.length,
    });
  course.after?.(b);
  b.barrier();
  if (course.settled !== 'never') b.settled(course.settled ?? true, course.settled === false ? ['a quiet moment'] : []);
  if (course.traffic !== false)
    for (const upstream of UPSTREAMS)
      b.add({ kind: 'wire.traffic', source: 'wire', worker: 'w', upstream, bytesUp: 1, bytesDown: 1 });
  return judge(b.events, { ...SCENARIO, ...over });
};

const armed = (b: Build): unknown =>
  b.add({ kind: 'fault.armed', source: 'fault', fault: 1, faultKind: 'worker-paused', target: 'w', heal: 'SIGCONT' });
const problem = (b: Build): unknown => b.add({ kind: 'trial.harness-error', source: 'trial', message: 'boom' });
/** A mark without its effect: a safety invariant is violated. */
const MARKED_TOO_EARLY: FlowOptions = {
  after: { created: (b, name) => void b.mark('PURCHASE_CREATED', name) },
  without: ['markCreated'],
};

test('a healthy trial has passed, and nothing is unknown', () => {
  const verdict = trial();
  expect(verdict).toMatchObject({ outcome: 'passed', unknown: [], faults: [], after: [] });
  expect(verdict.invariants.every((i) => i.verdict === 'holds')).toBe(true);
  expect(verdict.during.expectation.met).toBe(true);
});

test('a violated invariant is a failure', () => {
  const verdict = trial({ flow: MARKED_TOO_EARLY });
  expect(verdict.outcome).toBe('failed');
  expect(verdict.invariants.filter((i) => i.verdict === 'violated').map((i) => i.id)).toEqual(['mark-follows-effect']);
});

test('an expectation that is not met is a failure', () => {
  const verdict = trial({}, { during: [{ when: { always: true }, causes: [{ id: 'topic-missing' }] }] });
  expect(verdict).toMatchObject({ outcome: 'failed', unknown: [] });
  expect(verdict.during.expectation.met).toBe(false);
});

const NOTHING_ANNOUNCED = [{ must: { not: { emitted: { event: 'TRAINER_ALLOCATED' as const } } }, message: 'nothing' }];

test('a condition that must hold at the end and does not is a failure', () => {
  expect(trial({}, { after: NOTHING_ANNOUNCED })).toMatchObject({
    outcome: 'failed',
    after: [{ met: false, message: 'nothing' }],
  });
  expect(trial({}, { after: [{ must: { always: true }, message: 'nothing' }] })).toMatchObject({ outcome: 'passed' });
  // It may still come while the trial has no end.
  expect(trial({ settled: 'never' }, { after: NOTHING_ANNOUNCED }).outcome).toBe('unknown');
  expect(trial({ settled: false }, { after: NOTHING_ANNOUNCED }).outcome).toBe('failed');
});

test.each<[string, (b: Build) => unknown]>([
  ['a fault that did not fire', armed],
  [
    'a step that waited in vain',
    (b) => b.add({ kind: 'trial.gave-up', source: 'trial', description: 'a row', waitedMs: 9 }),
  ],
])('%s leaves what the scenario expects unjudged: while it lasts, and at the end', (_, before) => {
  const during = [{ when: { always: true as const }, causes: [{ id: 'topic-missing' as const }] }];
  const verdict = trial({ before }, { after: NOTHING_ANNOUNCED, during });
  expect(verdict).toMatchObject({ outcome: 'unknown', after: [{ met: false, message: 'nothing', unjudged: true }] });
  expect(verdict.during.expectation).toMatchObject({ met: false, unjudged: true });
  expect(breakagesOf(verdict).filter(({ isFinding }) => isFinding)).toEqual([]);
  expect(findingsOfTrial({ ...verdict, outcome: 'failed' })).toEqual([]);
  // An invariant rests on no fault.
  expect(trial({ before, flow: MARKED_TOO_EARLY }, { after: NOTHING_ANNOUNCED }).outcome).toBe('failed');
});

test('causes are those of the moment of observation, not of the end', () => {
  // At the end the event is missing from a topic that is gone; while it was observed all was well, and the reverse.
  const until: FlowOptions = { until: 'created' };
  const gone = (b: Build) => b.topics(['purchase-created']);
  const back = (b: Build) => b.topics();
  const ids = (course: Course) => trial(course).during.causes.map((cause) => cause.id);
  expect(ids({ flow: until, after: gone })).not.toContain('topic-missing');
  expect(ids({ flow: until, seen: gone, after: back })).toContain('topic-missing');
});

const reasons: readonly (readonly [string, Course, string])[] = [
  ['an error of the harness', { after: problem }, 'the harness itself had a problem: boom'],
  ['a fault that did not fire', { before: armed }, 'the fault worker-paused did not fire'],
  [
    'an observation that did not come',
    { observed: false },
    'the moment to look for causes did not come within 7 ms: something',
  ],
  ['no observation at all', { observed: 'never' }, 'the trial ended before the observation'],
  ['no settling at all', { settled: 'never' }, 'the trial ended before it could settle'],
  [
    'a deadline, though nothing is left to read',
    { settled: false },
    'it had not settled after 10 ms: it waited for a quiet moment',
  ],
  [
    'a barrier that did not return, whatever came after it',
    { after: (b) => b.barrier(['postgres']) },
    'a barrier did not come back through postgres',
  ],
  ['no count of what the proxies carried', { traffic: false }, 'it was not recorded what the proxies carried'],
  [
    'a step that waited in vain',
    { before: (b) => b.add({ kind: 'trial.gave-up', source: 'trial', description: 'a row', waitedMs: 9 }) },
    'the scenario waited 9 ms in vain for a row, and left out what was to follow',
  ],
];

test.each(reasons)('%s makes a passing trial unknown', (_, course, reason) => {
  const verdict = trial(course);
  expect(verdict.outcome).toBe('unknown');
  expect(verdict.unknown).toContain(reason);
});

test('a fault that fired is told, and no reason for doubt', () => {
  const verdict = trial({ before: (b) => (armed(b), b.fired('worker-paused', 'w')) });
  expect(verdict).toMatchObject({ outcome: 'passed', faults: [{ kind: 'worker-paused', fired: true }] });
});

test('an invariant that cannot be decided makes the trial unknown', () => {
  const b = build({ acting: false });
  b.phase('inject');
  flow(b);
  b.observed();
  b.add({ kind: 'trial.observed', source: 'trial', met: true, description: '', waitedMs: 1, upTo: b.events.length });
  b.barrier(['offsets']);
  b.settled(true);
  const verdict = judge(b.events, SCENARIO);
  expect(verdict.outcome).toBe('unknown');
  expect(verdict.unknown.join('\n')).toContain('groups-drain cannot be decided: ');
});

test.each(reasons.slice(1))('%s does not take back what is proven wrong', (_, course) => {
  expect(trial({ ...course, flow: MARKED_TOO_EARLY }).outcome).toBe('failed');
});

test('what the harness spoiled accuses nobody', () => {
  expect(trial({ flow: MARKED_TOO_EARLY, after: problem }).outcome).toBe('unknown');
});

test.each(reasons)('%s makes an unmet expectation unknown', (_, course) => {
  const over: Partial<Scenario> = { during: [{ when: { always: true }, causes: [{ id: 'topic-missing' }] }] };
  expect(trial(course, over).outcome).toBe('unknown');
});

test('from a history that may be incomplete, an unmet condition at the end proves nothing', () => {
  const must = [{ must: { deadLettered: {} }, message: 'dead-lettered' }];
  expect(trial({}, { after: must }).outcome).toBe('failed');
  const b = build({ acting: false });
  b.phase('inject');
  flow(b);
  b.observed();
  b.add({ kind: 'trial.observed', source: 'trial', met: true, description: '', waitedMs: 1, upTo: b.events.length });
  b.barrier(['kafka']);
  b.settled(true);
  expect(judge(b.events, { ...SCENARIO, after: must }).outcome).toBe('unknown');
});

test('a worker of which something went on though it was killed makes the trial unknown; one that was ended whole does not', () => {
  const escaped = (ended: boolean) => (b: Build) =>
    void b.add({
      kind: 'process.escaped',
      source: 'process',
      worker: 'allocation-worker',
      pids: ended ? [7] : [],
      detail: 'it was gone, and 1 connection on its wires went on',
      ended,
    });
  expect(trial({ after: escaped(true) })).toMatchObject({ outcome: 'passed', unknown: [] });
  expect(trial({ after: escaped(false) })).toMatchObject({
    outcome: 'unknown',
    unknown: ['allocation-worker did not end or stand still: it was gone, and 1 connection on its wires went on'],
  });
});

test('a condition at the end that will not be judged is nothing to wait for', async () => {
  const accused = (before: (b: Build) => void) => {
    const b = flow(build());
    before(b);
    b.barrier();
    return accusedByAbsence(b.events, {
      ...SCENARIO,
      after: [{ must: { deadLettered: {} }, message: 'dead-lettered' }],
    });
  };
  expect(await accused(() => {})).toEqual(['after: dead-lettered']);
  expect(await accused((b) => void armed(b))).toEqual([]);
  expect(await accused((b) => void [armed(b), b.fired('worker-paused', 'w')])).toEqual(['after: dead-lettered']);
});
