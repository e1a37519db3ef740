/** A history of a live system that may be handed on: ids, positions, states and times are kept, what people wrote and bought is not. */
import type { HistoryEvent } from '../history/events.ts';
import { sameId } from '../history/ids.ts';
import type { Pipeline } from '../pipeline/queries.ts';

/** What messages have besides what their pipeline declares. */
const ALWAYS = [
  'type',
  'timestamp',
  '_metadata',
  'eventId',
  'correlationId',
  'eventType',
  'source',
  'version',
] as const;

/** Of a dead letter: where it is from, and how often it was tried. */
const OF_LETTERS = ['originalEvent', 'originalTopic', 'originalPartition', 'originalOffset', 'attempts'] as const;

const LEFT_OUT = '(left out)';

/** With the separators that it held: whether it can be handed on as a line of text is told by them. */
const leftOut = (text: string): string =>
  text === '' ? '' : `${LEFT_OUT}${(text.match(/[\t\r\n\ufffd,:]/g) ?? []).join('')}`;

/** Fields by which a history is judged. */
const keptFields = ({ pair, subject, eventTypes, event }: Pipeline): ReadonlySet<string> =>
  new Set([
    ...ALWAYS,
    ...OF_LETTERS,
    ...pair.map(({ field }) => field),
    ...(subject.id === undefined ? [] : [subject.id]),
    ...eventTypes.flatMap((type) => {
      const { required = [], names } = event(type);
      const named = names === undefined ? [] : [names.by, ...Object.keys(names.agrees ?? {})];
      return [...required, ...named, ...(names?.count === undefined ? [] : [names.count])];
    }),
  ]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lists of ids stay; an object that is kept keeps of itself what is kept of all. */
const reduced = (value: unknown, kept: ReadonlySet<string>): unknown =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([name]) => kept.has(name))
          .map(([name, each]) => [name, reduced(each, kept)]),
      )
    : value;

/** The record with what is kept of it. What is no JSON object says nothing that is kept. */
const recordWithout = (
  event: HistoryEvent<'kafka.record'>,
  kept: ReadonlySet<string>,
): HistoryEvent<'kafka.record'> => {
  const { json, ...others } = event;
  const headers = Object.fromEntries(
    Object.entries(event.headers).map(([name, text]) => [name, kept.has(name) ? text : leftOut(text)]),
  );
  const key = event.key === null || sameId(event.key, event.correlationId) ? event.key : leftOut(event.key);
  if (!isObject(json)) return { ...others, key, headers, value: event.value === null ? null : { text: LEFT_OUT } };
  const own = reduced(json, kept);
  // A value of several lines stays one of several lines.
  const end = /[\r\n\ufffd]/.test(event.value?.text ?? '') ? '\n' : '';
  return { ...event, key, headers, value: { text: `${JSON.stringify(own)}${end}` }, json: own };
};

/** Of why a log is not whole only what names neither a place nor what a program said. */
const PLAIN = /^(?:a call at|the calls of|no [A-Z]+ \S+ of anybody|\d+ calls? in) /;

const whyWithout = (why: string): string =>
  [...new Set(why.split('; ').map((one) => (PLAIN.test(one) ? one : LEFT_OUT)))].join('; ');

/** Where something was looked for, and what was said when it was not found, name machines, folders and people. */
const readingWithout = (event: HistoryEvent<'trial.barrier'>): HistoryEvent<'trial.barrier'> => {
  const { live } = event;
  if (live === undefined) return event;
  const { logs, workers, gaps } = live;
  const nowhere = { where: LEFT_OUT, asked: `# ${LEFT_OUT}` };
  return {
    ...event,
    live: {
      ...live,
      gaps: gaps.map((gap) => (gap.source === 'admin-service' ? { ...gap, why: whyWithout(gap.why) } : gap)),
      ...(logs === undefined ? {} : { logs: logs.map((log) => ({ ...log, ...nowhere })) }),
      ...(workers === undefined
        ? {}
        : {
            workers: workers.map(({ why, ...worker }) => ({
              ...worker,
              ...nowhere,
              ...(why === undefined ? {} : { why: LEFT_OUT }),
            })),
          }),
    },
  };
};

const eventWithout = (event: HistoryEvent, kept: ReadonlySet<string>): HistoryEvent => {
  if (event.kind === 'kafka.record') return recordWithout(event, kept);
  if (event.kind === 'trial.barrier') return readingWithout(event);
  return event;
};

/** Rows are read without what people wrote in the first place. */
export const withoutPersonal = (events: readonly HistoryEvent[], pipeline: Pipeline): readonly HistoryEvent[] => {
  const kept = keptFields(pipeline);
  return events.map((event) => eventWithout(event, kept));
};
