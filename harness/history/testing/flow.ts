/** The healthy course of a payment, step by step, for tests that leave a step out or put another in its place. */
import type { History } from '../history.ts';
import { build } from './build.ts';
import type { Build } from './build.ts';
import type { KafkaRecord } from './kafka.ts';

interface Seen {
  confirmed?: KafkaRecord;
  created?: KafkaRecord;
  call?: number;
}

type Do = (b: Build, name: string, seen: Seen) => void;

/** Steps in the order of a right worker pair's doing. */
const STEPS = {
  confirmed: (b, name, seen) => void (seen.confirmed = b.emit('PURCHASE_CONFIRMED', name, { by: 'payment-service' })),
  purchase: (b, name) => void b.purchase(name),
  created: (b, name, seen) => void (seen.created = b.emit('PURCHASE_CREATED', name)),
  granted: (b, name) => void b.emit('COURSE_ACCESS_GRANTED', name),
  markConfirmed: (b, name) => void b.mark('PURCHASE_CONFIRMED', name),
  passConfirmed: (b, _, { confirmed }) => void (confirmed && b.commitOffset('purchase-worker', confirmed)),
  request: (b, name, seen) => void (seen.call = b.request(name)),
  allocation: (b, name) => void b.allocation(name),
  respond: (b, name, { call }) => void (call && b.respond(call, name)),
  markCreated: (b, name) => void b.mark('PURCHASE_CREATED', name),
  announced: (b, name) => void b.emit('TRAINER_ALLOCATED', name),
  passCreated: (b, _, { created }) => void (created && b.commitOffset('allocation-worker', created)),
} as const satisfies Readonly<Record<string, Do>>;

export type Step = keyof typeof STEPS;
export const STEP_NAMES = Object.keys(STEPS) as readonly Step[];

export interface FlowOptions {
  readonly without?: readonly Step[];
  /** The first step that does not happen any more. */
  readonly until?: Step;
  readonly instead?: Partial<Readonly<Record<Step, Do>>>;
  readonly after?: Partial<Readonly<Record<Step, Do>>>;
}

/** The steps of one payment as functions, to be interleaved with others. */
export const flowSteps = (
  b: Build,
  name: string,
  { without = [], until, instead = {}, after = {} }: FlowOptions = {},
) => {
  const seen: Seen = {};
  const end = until === undefined ? STEP_NAMES.length : STEP_NAMES.indexOf(until);
  return STEP_NAMES.slice(0, end)
    .filter((step) => !without.includes(step))
    .map((step) => (): void => {
      (instead[step] ?? STEPS[step])(b, name, seen);
      after[step]?.(b, name, seen);
    });
};

/** One payment's course. */
export const flow = (b: Build, options: FlowOptions = {}, name = 'ada'): Build => {
  for (const step of flowSteps(b, name, options)) step();
  return b;
};

/** A whole trial in which one payment took this course and everything settled. */
export const trialOf = (options: FlowOptions = {}, but: (b: Build) => void = () => {}): History => {
  const b = build();
  but(flow(b, options));
  b.ended();
  return b.history();
};

/** A trial in which nothing went wrong. */
export const healthyHistory = (): History => trialOf();
