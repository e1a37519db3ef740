/** For the tests of causes. */
import fc from 'fast-check';
import type { HistoryEvent, NewEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import { filledIn } from '../history/of-before.ts';
import type { History } from '../history/history.ts';
import type { Cause } from '../history/verdict.ts';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { diagnose } from './diagnose.ts';

/** The causes at the observation of one payment's course; `seen` replaces what the trial saw of its workers then. */
export const causesOf = (
  options: FlowOptions,
  seen: (b: Build) => void = () => {},
  subject: BuildOptions = {},
): readonly Cause[] => {
  const b = flow(build(subject), options);
  b.observed(() => seen(b));
  return diagnose(b.history());
};

/** `topic-missing, worker-not-running<topic-missing`; a question mark for an undecided one. */
export const inShort = (causes: readonly Cause[]): string =>
  causes
    .map(({ id, consequenceOf, undecided }) => {
      const consequence = consequenceOf === undefined ? '' : `<${consequenceOf}`;
      return `${id}${undecided === true ? '?' : ''}${consequence}`;
    })
    .join(', ');

/** The worker's process is gone and its group empty. */
export const gone =
  (role: 'purchase-worker' | 'allocation-worker' = 'allocation-worker') =>
  (b: Build): void => {
    b.seen(role, 'absent');
    b.members(role, 0);
  };

/** Patience is over: nothing more came. */
export const waited = (b: Build): void =>
  void b.add({ kind: 'trial.patience', source: 'trial', ms: 5000, waitedMs: 5000, why: 'a test', rows: [] });

/** No byte gets from the allocation-worker to admin-service. */
export const cutOff = (b: Build): void =>
  void b.fired('bytes-withheld', 'allocation-worker', {
    workers: ['allocation-worker'],
    upstream: 'admin-service',
    disturbs: 'reach',
  });

/** A connection to admin-service over which no request has come. */
export const connected = (b: Build, connection = 9): void =>
  void b.add({
    kind: 'http.connected',
    source: 'http',
    connection,
    worker: 'allocation-worker',
    service: 'admin-service',
  });

/** One over which none can come. */
export const connectedOnly = (b: Build): void => {
  cutOff(b);
  connected(b);
};

/** Both parts of the pipeline read in one consumer group. */
export const ONE_GROUP = 'everything';
export const inOneGroup = (b: Build): void => {
  const started = b.history().started;
  const workers = started.workers.map((worker) => ({ ...worker, consumerGroup: ONE_GROUP }));
  b.events[0] = { ...started, workers };
};

/** The group's members as the coordinator describes them: what each is subscribed to. */
export const described = (b: Build, group: string, ...members: readonly (readonly string[])[]): void =>
  void b.add({
    kind: 'offsets.group-described',
    source: 'offsets',
    group,
    state: members.length === 0 ? 'Empty' : 'Stable',
    members: members.map((topics, i) => ({ memberId: `member-${i}`, clientId: 'client', topics })),
  });

/** The worker is started again; `ready`: and is ready. */
export const start = (b: Build, worker: 'purchase-worker' | 'allocation-worker', ready: boolean): void => {
  b.add({ kind: 'process.started', source: 'process', worker, pid: 2 });
  if (ready) b.add({ kind: 'process.ready', source: 'process', worker, pid: 2, tookMs: 1 });
};

/** A barrier so many ms after the event before it. */
export const barrierAfter = (b: Build, ms: number): void => {
  const seq = b.barrier();
  b.events[seq - 1] = { ...b.events[seq - 1]!, at: (b.events[seq - 2]?.at ?? 0) + ms };
};

const of = (
  b: Build,
  type: 'PURCHASE_CONFIRMED' | 'PURCHASE_CREATED',
  n: number,
): HistoryEvent<'kafka.record'> | undefined => {
  const events = b.history().pipelineEvents.filter((event) => event.type === type);
  return events[n % Math.max(events.length, 1)]?.record;
};

/** A line of the allocation-worker's about this payment. */
export const logLine = (b: Build, name?: string): NewEvent => ({
  kind: 'process.log',
  source: 'process',
  worker: 'allocation-worker',
  pid: 1,
  stream: 'stdout',
  line: `got ${b.subject(name).correlationId}`,
});

/** What may be seen of a trial besides the course of its payments. */
const SIGHTS: Readonly<Record<string, (b: Build, n: number) => void>> = {
  waited,
  allocationGone: gone(),
  purchaseGone: gone('purchase-worker'),
  absent: (b) => void b.seen('allocation-worker', 'absent'),
  nobody: (b) => void b.members('allocation-worker', 0),
  stopped: (b) => void b.seen('allocation-worker', 'stopped'),
  elsewhere: (b) => void b.members('allocation-worker', 1, ['notification-requested']),
  exited: (b) => void b.exited('allocation-worker'),
  started: (b) => start(b, 'allocation-worker', false),
  ready: (b) => start(b, 'allocation-worker', true),
  stray: (b) =>
    void b.respond(b.request('ada', { body: { studentId: undefined, courseId: undefined } }), 'ada', { status: 400 }),
  failed: (b) => void b.respond(b.request('ada'), 'ada', { status: 500 }),
  left: (b) => void b.respond(b.request('ada'), 'ada', { status: null }),
  bare: (b) => connected(b, 99),
  logged: (b) => void b.add(logLine(b)),
  topicGone: (b) => void b.topics(['purchase-created']),
  deleted: (b) => void b.add({ kind: 'kafka.topic-deleted', source: 'harness', topic: 'purchase-created' }),
  misconfigured: (b) => void b.fired('worker-misconfigured', 'allocation-worker'),
  guard: (b) => void b.mark('PURCHASE_CREATED', 'ada', 'payment-service'),
  inactive: (b) => void b.purchase('ada', { active: false }),
  again: (b) => void b.emit('PURCHASE_CREATED', 'ada', { eventId: 'a recovery' }),
  letter: (b, n) => {
    const record = of(b, 'PURCHASE_CREATED', n);
    if (record !== undefined) b.deadLetter(record);
  },
  passed: (b, n) => {
    const record = of(b, 'PURCHASE_CREATED', n);
    if (record !== undefined) b.commitOffset('allocation-worker', record);
  },
  rewound: (b, n) => {
    const record = of(b, 'PURCHASE_CREATED', n);
    if (record !== undefined) b.commitOffset('allocation-worker', { ...record, offset: record.offset - 1 }, 'harness');
  },
  // Told by the last barrier's time.
  later: () => {},
};

/** The names of what is seen, in an order; with each a number that says of which record. */
export const sights = (): fc.Arbitrary<readonly (readonly [string, number])[]> =>
  fc.array(fc.tuple(fc.constantFrom(...Object.keys(SIGHTS)), fc.nat(3)), { maxLength: 6 });

/** The history with these sights before its last barrier. */
export const seeing = (history: History, seen: readonly (readonly [string, number])[]): History => {
  const b = build({ subjects: history.subjects.map(({ name }) => name) });
  const end = history.events.findLastIndex(({ kind }) => kind === 'trial.barrier');
  b.events.splice(0, b.events.length, ...history.events.slice(0, end));
  for (const [name, n] of seen) SIGHTS[name]?.(b, n);
  barrierAfter(b, seen.some(([name]) => name === 'later') ? 9_000 : 1);
  return openHistory(filledIn(b.events));
};
