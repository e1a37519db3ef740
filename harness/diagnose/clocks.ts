/** How the clocks of a live system's hosts differ from ours: what could be measured, and what is only known. Pure. */
import { mostOf } from '../base/extremes.ts';
import type { LiveClock } from '../history/events.ts';
import { valueOf } from './snapshot.ts';
import type { ClockMeasured, Snapshot, TopicsSeen } from './snapshot.ts';

/** What our own clock tells at a time, ms. */
const RESOLUTION_MS = 1;

/** A clock that said `told` at some moment between two of ours, ms since the epoch. */
export const clockBetween = (before: number, told: number, after: number): ClockMeasured => ({
  aheadMs: told - (before + after) / 2,
  withinMs: (after - before) / 2 + RESOLUTION_MS,
});

/** Of several measurements the one with the least error. */
const databaseClock = ({ looks }: Snapshot): ClockMeasured | undefined =>
  looks.flatMap(({ rows }) => valueOf(rows)?.clock ?? []).toSorted((a, b) => a.withinMs - b.withinMs)[0];

/** Of times that had been read at a moment before they were, by whoever's clock wrote them, ms: it is ahead by so much at least. */
const aheadIn = ({ looks }: Snapshot, timesIn: (topics: TopicsSeen) => readonly number[]): number =>
  Math.max(
    0,
    ...looks.map(({ topics }) => {
      const seen = valueOf(topics);
      return seen?.readBy === undefined ? 0 : mostOf(timesIn(seen)) - seen.readBy;
    }),
  );

const brokersTimes = ({ there }: TopicsSeen): readonly number[] =>
  there.flatMap(({ partitions }) => partitions.flatMap(({ writtenAt }) => writtenAt ?? []));

/** Of the payment's own records alone: of others nothing is concluded. */
const producersTimes = ({ records }: TopicsSeen): readonly number[] => records.map(({ timestamp }) => timestamp);

/** By how much two times of different hosts may be apart that are of one moment, as far as is known, ms. */
export const skewOf = (snapshot: Snapshot): number => {
  const database = databaseClock(snapshot);
  const ofDatabase = database === undefined ? 0 : Math.abs(database.aheadMs) + database.withinMs;
  return ofDatabase + Math.max(aheadIn(snapshot, brokersTimes), aheadIn(snapshot, producersTimes));
};

/** Nothing that only reads makes a broker tell the time, nor a producer, nor who wrote a log. */
const NOT_MEASURED = 'nothing that only reads makes it tell the time';

const aheadBy = (ms: number): string =>
  `a record of it is of ${Math.ceil(ms / 100) / 10} s later than when it was read`;

const ofKafka = (snapshot: Snapshot): readonly LiveClock[] => {
  if (snapshot.looks.every(({ topics }) => valueOf(topics) === undefined)) return [];
  const [broker, producer] = [aheadIn(snapshot, brokersTimes), aheadIn(snapshot, producersTimes)];
  return [
    { of: 'the broker', note: broker > 0 ? aheadBy(broker) : NOT_MEASURED },
    // Where the broker wrote its times they are told above.
    ...(producer > 0 && producer !== broker ? [{ of: 'a producer', note: aheadBy(producer) }] : []),
  ];
};

/** Of every host whose times are read. */
export const clocksIn = (snapshot: Snapshot): readonly LiveClock[] => {
  const database = databaseClock(snapshot);
  const hasLogs = snapshot.looks.some(({ calls }) => calls !== undefined);
  return [
    ...(database === undefined ? [] : [{ of: 'the database server', ...database }]),
    ...ofKafka(snapshot),
    ...(hasLogs ? [{ of: 'who wrote the log', note: NOT_MEASURED }] : []),
  ];
};
