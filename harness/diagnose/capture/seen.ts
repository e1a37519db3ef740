/** What was seen of the payment, in the order that its own times tell: how long after the first of it, and no time of day. */
import type { HistoryEvent } from '../../history/events.ts';
import { eventTypeOf } from '../../history/reading.ts';
import { callsOf, eventsOf } from '../../history/subjects.ts';
import { deadLettersOf } from '../../history/letters.ts';
import type { Situation } from './situation.ts';

interface Seen {
  readonly what: string;
  /** ms since the epoch; undefined: it does not say when. */
  readonly at: number | undefined;
}

/** Columns in which a row says when it came, the first that it has. */
const INSTANTS = ['created_at', 'processed_at'];

/** When the row came, as it says itself, ms since the epoch; undefined: it does not say. */
export const instantOf = (row: Readonly<Record<string, unknown>>): number | undefined =>
  INSTANTS.map((column) => Date.parse(String(row[column]))).find((at) => !Number.isNaN(at));

const rowsSeen = ({ pipeline }: Situation, { changes }: HistoryEvent<'postgres.commit'>): readonly Seen[] =>
  changes.flatMap(({ table, row }): readonly Seen[] => {
    if (row === undefined) return [];
    const type = pipeline.eventTypes.find((one) => one === row[pipeline.guard.type]);
    const what = table === pipeline.guard.table && type !== undefined ? `${type} in ${table}` : `a row of ${table}`;
    return [{ what, at: instantOf(row) }];
  });

/** The producer sets it: from one that is none the others would be told to the moment. */
const timeOf = ({ timestamp }: { readonly timestamp: number }): number | undefined =>
  timestamp > 0 ? timestamp : undefined;

const recordsSeen = ({ history, pipeline, facts: { subject } }: Situation): readonly Seen[] => [
  ...pipeline.eventTypes
    .flatMap((type) => eventsOf(history, subject, type))
    .map(({ type, record }) => ({ what: `${type} in ${record.topic}`, at: timeOf(record) })),
  ...deadLettersOf(history, subject).map(({ record }) => {
    const type = eventTypeOf(pipeline, record);
    return { what: `a dead letter${type === undefined ? '' : ` of ${type}`}`, at: timeOf(record) };
  }),
];

/** As its service's log tells of it. */
const callsSeen = ({ history, facts: { subject } }: Situation): readonly Seen[] =>
  callsOf(history, subject).map(({ request, response }) => {
    const answered = response === undefined ? '' : `, answered ${response.status ?? 'by nobody in time'}`;
    return { what: `a call of ${request.service}${answered}`, at: request.loggedAt };
  });

const DAY_MS = 86_400_000;

const later = (ms: number): string => {
  if (ms < 1000) return `${ms} ms`;
  return ms < DAY_MS ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / DAY_MS)} d`;
};

/** One line each; those that do not say when come last. */
export const seenInOrder = (situation: Situation): readonly string[] => {
  const seen = [
    ...recordsSeen(situation),
    ...callsSeen(situation),
    ...situation.history.of('postgres.commit').flatMap((commit) => rowsSeen(situation, commit)),
  ];
  const timed = seen
    .flatMap(({ what, at }) => (at === undefined ? [] : [{ what, at }]))
    .toSorted((a, b) => a.at - b.at);
  const first = timed[0]?.at ?? 0;
  return [
    ...timed.map(({ what, at }, i) =>
      i === 0 ? `first     ${what}` : `${`+ ${later(at - first)}`.padEnd(9)} ${what}`,
    ),
    ...seen.flatMap(({ what, at }) => (at === undefined ? [`(untold)  ${what}`] : [])),
  ];
};
