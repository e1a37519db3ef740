/** A condition in words, for "waited for …". */
import type { Condition } from './conditions.ts';
import { formOf } from './evaluate.ts';
import { count } from './names.ts';

type Forms = Condition extends infer C ? (C extends unknown ? keyof C : never) : never;
type Argument<F extends Forms> = Extract<Condition, Record<F, unknown>> extends Record<F, infer A> ? A : never;

const of = (subject: string | undefined): string => subject ?? 'every payment';

const TABLE_ROWS = {
  student_course_purchases: 'an active purchase',
  trainer_allocations: 'an allocation',
  processed_events: 'a processed_events row',
} as const;

const list = (conditions: readonly Condition[], word: string): string =>
  conditions.length === 0
    ? 'nothing'
    : conditions
        .map((condition) => {
          const { form, argument } = formOf(condition);
          const nested = (form === 'all' || form === 'any') && (argument as readonly unknown[]).length > 1;
          return nested ? `(${describe(condition)})` : describe(condition);
        })
        .join(` ${word} `);

const PHRASES: { readonly [F in Forms]: (argument: Argument<F>) => string } = {
  always: () => 'nothing',
  all: (conditions) => list(conditions, 'and'),
  any: (conditions) => list(conditions, 'or'),
  not: (condition) => `not: ${describe(condition)}`,
  decided: ({ subject, worker }) => `${worker} to decide on the event of ${of(subject)}`,
  taken: ({ subject, worker }) => `${worker} to take the event of ${of(subject)}`,
  skipped: ({ subject, worker }) => `${worker} to have gone past the event of ${of(subject)} for good, without effect`,
  met: ({ worker, topic }) =>
    topic === undefined ? `${worker} to come as far as Kafka` : `${worker} to learn that ${topic} does not exist`,
  marked: ({ subject, event, by = 'worker' }) =>
    `${event} of ${of(subject)} marked in processed_events by ${by === 'worker' ? 'a worker' : 'anyone'}`,
  passed: ({ subject, worker }) => `${worker} to commit an offset past the event of ${of(subject)}`,
  requested: ({ subject, atLeast = 1 }) => `${count(atLeast, 'request')} to admin-service for ${of(subject)}`,
  answered: ({ subject, atLeast = 1, status }) =>
    `${count(atLeast, 'answer')}${status === undefined ? '' : ` ${status}`} of admin-service for ${of(subject)}`,
  callOpen: ({ subject }) => `an open call to admin-service for ${of(subject)}`,
  connected: ({ worker, upstream, atLeast = 1, refused = false, since }) =>
    `${count(atLeast, `${refused ? 'refused ' : ''}connection`)} of ${worker} to ${upstream}${since === undefined ? '' : ` since ${since}`}`,
  emitted: ({ subject, event, atLeast = 1 }) => `${count(atLeast, `${event} record`)} of ${of(subject)}`,
  deadLettered: ({ subject }) => `a dead-letter record of ${of(subject)}`,
  row: ({ subject, table }) => `${TABLE_ROWS[table]} of ${of(subject)}`,
  exited: ({ worker, by = 'itself' }) => `${worker} to exit${by === 'itself' ? ' by itself' : ''}`,
  running: ({ worker }) => `${worker} to run`,
  signalled: ({ worker, signal }) => `${signal} to be sent to ${worker}`,
  fired: ({ fault }) => `the fault ${fault} to strike`,
  lasted: ({ what, ms }) => `${describe(what)}, for ${ms} ms`,
};

/** The condition as one readable phrase. */
export const describe = (condition: Condition): string => {
  const { form, argument } = formOf(condition);
  return PHRASES[form](argument as never);
};
