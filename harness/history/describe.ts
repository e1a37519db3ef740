/** A condition in words, for "waited for …". */
import type { Pipeline } from '../pipeline/queries.ts';
import type { Condition } from './conditions.ts';
import { formOf } from './evaluate.ts';
import { count } from './names.ts';

type Forms = Condition extends infer C ? (C extends unknown ? keyof C : never) : never;
type Argument<F extends Forms> = Extract<Condition, Record<F, unknown>> extends Record<F, infer A> ? A : never;

const of = (subject: string | undefined): string => subject ?? 'every payment';

const withArticle = (thing: string): string => `${/^[aeiou]/i.test(thing) ? 'an' : 'a'} ${thing}`;

const list = (pipeline: Pipeline, conditions: readonly Condition[], word: string): string =>
  conditions.length === 0
    ? 'nothing'
    : conditions
        .map((condition) => {
          const { form, argument } = formOf(condition);
          const nested = (form === 'all' || form === 'any') && (argument as readonly unknown[]).length > 1;
          return nested ? `(${describe(pipeline, condition)})` : describe(pipeline, condition);
        })
        .join(` ${word} `);

const PHRASES: { readonly [F in Forms]: (argument: Argument<F>, pipeline: Pipeline) => string } = {
  always: () => 'nothing',
  all: (conditions, pipeline) => list(pipeline, conditions, 'and'),
  any: (conditions, pipeline) => list(pipeline, conditions, 'or'),
  not: (condition, pipeline) => `not: ${describe(pipeline, condition)}`,
  decided: ({ subject, worker }) => `${worker} to decide on the event of ${of(subject)}`,
  taken: ({ subject, worker }) => `${worker} to take the event of ${of(subject)}`,
  skipped: ({ subject, worker }) => `${worker} to have gone past the event of ${of(subject)} for good, without effect`,
  met: ({ worker, topic }) =>
    topic === undefined ? `${worker} to come as far as Kafka` : `${worker} to learn that ${topic} does not exist`,
  marked: ({ subject, event, by = 'worker' }, { guard }) =>
    `${event} of ${of(subject)} marked in ${guard.table} by ${by === 'worker' ? 'a worker' : 'anyone'}`,
  passed: ({ subject, worker }) => `${worker} to commit an offset past the event of ${of(subject)}`,
  requested: ({ subject, atLeast = 1 }) => `${count(atLeast, 'request')} to admin-service for ${of(subject)}`,
  answered: ({ subject, atLeast = 1, status }) =>
    `${count(atLeast, 'answer')}${status === undefined ? '' : ` ${status}`} of admin-service for ${of(subject)}`,
  callOpen: ({ subject }) => `an open call to admin-service for ${of(subject)}`,
  connected: ({ worker, upstream, atLeast = 1, refused = false, since }) =>
    `${count(atLeast, `${refused ? 'refused ' : ''}connection`)} of ${worker} to ${upstream}${since === undefined ? '' : ` since ${since}`}`,
  emitted: ({ subject, event, atLeast = 1 }) => `${count(atLeast, `${event} record`)} of ${of(subject)}`,
  deadLettered: ({ subject }) => `a dead-letter record of ${of(subject)}`,
  row: ({ subject, table }, { entityOfTable }) =>
    `${withArticle(entityOfTable(table)?.called ?? `${table} row`)} of ${of(subject)}`,
  exited: ({ worker, by = 'itself' }) => `${worker} to exit${by === 'itself' ? ' by itself' : ''}`,
  running: ({ worker }) => `${worker} to run`,
  signalled: ({ worker, signal }) => `${signal} to be sent to ${worker}`,
  fired: ({ fault }) => `the fault ${fault} to strike`,
  lasted: ({ what, ms }, pipeline) => `${describe(pipeline, what)}, for ${ms} ms`,
};

/** The condition as one readable phrase, in the words of the pipeline. */
export const describe = (pipeline: Pipeline, condition: Condition): string => {
  const { form, argument } = formOf(condition);
  return PHRASES[form](argument as never, pipeline);
};
