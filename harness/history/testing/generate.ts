/** Generated histories for property tests: right courses, broken ones, foreign noise, and other orders of arrival. */
import fc from 'fast-check';
import type { HistoryEvent } from '../events.ts';
import { openHistory } from '../history.ts';
import type { History } from '../history.ts';
import { build } from './build.ts';
import { STEP_NAMES, flowSteps } from './flow.ts';
import type { FlowOptions, Step } from './flow.ts';
import { WALL } from './log.ts';
import { idOf } from './values.ts';

const NAMES = ['ada', 'ben', 'cem'] as const;

/** Courses that no cause explains at any point: nothing is wrong with them. */
const SMOOTH: Readonly<Record<string, FlowOptions>> = {
  plain: {},
  pending: {
    without: ['announced'],
    instead: {
      allocation: (b, name) => void b.allocation(name, { status: 'pending' }),
      respond: (b, name, { call }) => void (call && b.respond(call, name, { status: 202 })),
    },
  },
  preMarked: {
    without: ['markCreated'],
    after: { confirmed: (b, name) => void b.mark('PURCHASE_CREATED', name, 'payment-service') },
  },
  repeated: {
    after: {
      announced: (b, name) => void b.emit('TRAINER_ALLOCATED', name),
      passCreated: (b, name) => {
        b.commitOffset('allocation-worker', b.emit('PURCHASE_CREATED', name, { by: 'a duplicate' }));
        const eventId = `${idOf('purchase', name)}-recovery`;
        b.commitOffset('allocation-worker', b.emit('PURCHASE_CREATED', name, { eventId }));
      },
    },
  },
  dropped: {
    instead: {
      respond: (b, name, { call }) => {
        if (call !== undefined) b.respond(call, name, { status: null });
        b.respond(b.request(name), name);
      },
    },
  },
};

/** Courses that come right in the end, with something wrong on the way. */
const ROUGH: Readonly<Record<string, FlowOptions>> = {
  failing: {
    instead: {
      request: (b, name, seen) => {
        for (const status of [500, null, 503]) b.respond(b.request(name), name, { status });
        seen.call = b.request(name);
      },
    },
  },
  fallback: {
    without: ['confirmed', 'markConfirmed', 'passConfirmed', 'granted'],
    instead: {
      purchase: (b, name) => void b.purchase(name, { writer: 'payment-service' }),
      created: (b, name, seen) => void (seen.created = b.emit('PURCHASE_CREATED', name, { by: 'heal' })),
    },
  },
  inbox: {
    without: ['passCreated'],
    after: { created: (b, _, { created }) => void (created && b.commitOffset('allocation-worker', created)) },
  },
};

const COURSES = { ...SMOOTH, ...ROUGH };

/** A stranger's course: complete records that no subject of the trial has to do with. */
const FOREIGN: FlowOptions = {
  // Not `by` anybody: what the harness itself paid would be a payment of this trial.
  instead: {
    confirmed: (b, name, seen) => void (seen.confirmed = b.emit('PURCHASE_CONFIRMED', name, { partition: 7 })),
    created: (b, name, seen) => void (seen.created = b.emit('PURCHASE_CREATED', name, { partition: 7 })),
  },
};

export interface Plan {
  /** The course of each payment. */
  readonly courses: readonly FlowOptions[];
  /** Whose step comes next, again and again. */
  readonly schedule: readonly number[];
}

const planOf = (courses: fc.Arbitrary<FlowOptions>): fc.Arbitrary<Plan> =>
  fc.record({
    courses: fc.array(courses, { minLength: 1, maxLength: NAMES.length }),
    schedule: fc.array(fc.nat(), { maxLength: 40 }),
  });

/** Payments that all come right, interleaved. `smooth`: with nothing wrong at any point. */
export const rightPlans = ({ smooth = false }: { readonly smooth?: boolean } = {}): fc.Arbitrary<Plan> =>
  planOf(fc.constantFrom(...Object.values(smooth ? SMOOTH : COURSES)));

/** Payments of whose courses any steps are left out. */
export const brokenPlans = (): fc.Arbitrary<Plan> =>
  planOf(
    fc.record({
      without: fc.subarray([...STEP_NAMES] as Step[], { maxLength: 4 }),
    }),
  );

export interface Recreation {
  readonly before: number;
  readonly topic: string;
  /** False: no tombstones of what groups had committed were read. */
  readonly tombstones?: boolean;
  /** All sources are read to their ends before and after. */
  readonly barriers?: boolean;
}

export interface PerformOptions {
  /** A stranger's course in between. */
  readonly foreign?: boolean;
  /** Stops early and observes instead of settling. */
  readonly steps?: number;
  /** Before which steps a topic is deleted and made anew. */
  readonly recreated?: readonly Recreation[];
  /** False: no position says which life of its topic it belongs to. */
  readonly lives?: boolean;
}

/** Does the plan. */
export const perform = (
  { courses, schedule }: Plan,
  { foreign = false, steps = Infinity, recreated = [], lives = true }: PerformOptions = {},
): History => {
  const b = build({ subjects: NAMES.slice(0, courses.length), lives });
  const queues = courses.map((course, i) => flowSteps(b, NAMES[i] ?? 'ada', course));
  const strange = foreign ? flowSteps(b, 'zoe', FOREIGN) : [];
  let done = 0;
  for (let turn = 0; done < steps; turn += 1) {
    strange.shift()?.();
    for (const { before, topic, tombstones, barriers = false } of recreated) {
      if (before !== turn) continue;
      if (barriers) b.barrier();
      b.recreateTopic(topic, tombstones);
      if (barriers) b.barrier();
    }
    const open = queues.filter((queue) => queue.length > 0);
    if (open.length === 0) break;
    open[(schedule[turn] ?? 0) % open.length]?.shift()?.();
    done += 1;
  }
  for (const step of strange) step();
  b.observed();
  if (steps === Infinity) b.ended();
  return b.history();
};

/** Events of one chain keep their order: it is proven by their source. The harness's own words hold the rest apart. */
const chainOf = (event: HistoryEvent): string =>
  event.kind === 'kafka.record' ? `${event.topic}-${event.partition}` : event.source;

/**
 * Within a moment in which clocks prove nothing: every event at the same millisecond, in the order given. So two
 * histories differ in their order of arrival alone.
 */
export const atOneMoment = (events: readonly HistoryEvent[]): History =>
  openHistory(
    events.map((event, i) => {
      const moved = { ...event, seq: i + 1, at: (i + 1) / 1000 };
      if (moved.kind === 'postgres.commit') return { ...moved, committedAt: WALL };
      return moved.kind === 'kafka.record' ? { ...moved, timestamp: WALL } : moved;
    }),
  );

/** Another order in which the same events may have arrived: chains are merged anew between the harness's own words. */
export const rearranged = (history: History, choices: readonly number[]): History => {
  const result: HistoryEvent[] = [];
  let chains = new Map<string, HistoryEvent[]>();
  let turn = 0;
  const flush = (): void => {
    let open = [...chains.values()];
    while (open.length > 0) {
      const chain = open[(choices[turn] ?? turn * 7) % open.length];
      turn += 1;
      const next = chain?.shift();
      if (next !== undefined) result.push(next);
      open = open.filter((each) => each.length > 0);
    }
    chains = new Map();
  };
  for (const event of history.events) {
    if (event.source === 'trial') {
      flush();
      result.push(event);
      continue;
    }
    const chain = chains.get(chainOf(event));
    if (chain === undefined) chains.set(chainOf(event), [event]);
    else chain.push(event);
  }
  flush();
  return atOneMoment(result);
};
