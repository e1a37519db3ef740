/** Which payment each event is about, in one pass over the history: names of payments by `seq`. */
import type { HistoryEvent, Subject } from '../../history/events.ts';
import type { History, PipelineEvent } from '../../history/history.ts';
import { addTo, perHistory } from '../../history/memo.ts';
import { paymentById, paymentOf, paymentOfCall, paymentsByPair } from '../../history/subjects.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Records of the trial that tell of a pipeline's event, by `seq`. */
export const eventBySeq = perHistory(
  (history): ReadonlyMap<number, PipelineEvent> =>
    new Map([...history.pipelineEvents, ...history.eventsElsewhere].map((event) => [event.record.seq, event])),
);

const lettersBySeq = perHistory((history) => new Map(history.deadLetters.map((letter) => [letter.record.seq, letter])));

export const isDeadLetter = (history: History, record: HistoryEvent): boolean => lettersBySeq(history).has(record.seq);

const callOwners = perHistory(
  (history) => new Map(history.calls.map((call) => [call.request.call, paymentOfCall(history, call)])),
);

type RecordEvent = HistoryEvent<'kafka.record'>;

const placeOf = (topic: string, partition: number, incarnation = 0): string => `${topic} ${partition} ${incarnation}`;

/** Where, in a list by offset, the records from that offset on begin. */
const firstFrom = (records: readonly RecordEvent[], offset: number): number => {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle]!.offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The records that a worker's commit is the first to go past, by the commit's `seq`. */
export const passedRecords: (history: History) => ReadonlyMap<number, readonly RecordEvent[]> = perHistory(
  (history) => {
    const records = new Map<string, RecordEvent[]>();
    for (const record of history.of('kafka.record'))
      addTo(records, placeOf(record.topic, record.partition, record.incarnation), record);
    for (const list of records.values()) list.sort((a, b) => a.offset - b.offset);
    const open = new Map<string, number>();
    const passed = new Map<number, readonly RecordEvent[]>();
    for (const commit of history.of('offsets.committed')) {
      if (commit.by !== 'worker') continue;
      const of = `${commit.group} ${commit.topic} ${commit.partition}`;
      const from = open.get(of) ?? 0;
      const there = records.get(placeOf(commit.topic, commit.partition, commit.incarnation)) ?? [];
      const own = there
        .slice(firstFrom(there, from), firstFrom(there, commit.offset))
        .filter((record) => record.seq < commit.seq)
        .sort((a, b) => a.seq - b.seq);
      open.set(of, commit.offset);
      if (own.length > 0) passed.set(commit.seq, own);
    }
    return passed;
  },
);

const named = (history: History, text: string): readonly Subject[] =>
  [...new Set(text.match(UUID) ?? [])].flatMap((id) => paymentById(history, id) ?? []);

const some = (subject: Subject | undefined): readonly Subject[] => (subject === undefined ? [] : [subject]);

const ownersOf = (history: History, event: HistoryEvent): readonly Subject[] => {
  switch (event.kind) {
    case 'kafka.record': {
      const known = eventBySeq(history).get(event.seq);
      if (known !== undefined) return some(paymentOf(history, known));
      return some(paymentById(history, lettersBySeq(history).get(event.seq)?.correlationId ?? event.correlationId));
    }
    case 'postgres.commit':
      return event.changes.flatMap(({ table, row, old }) => {
        const values = row ?? old ?? {};
        const { guard, subject } = history.pipeline;
        const one = paymentById(history, values[table === subject.table ? 'id' : guard.correlation]);
        return one === undefined ? paymentsByPair(history, values['student_id'], values['course_id']) : [one];
      });
    case 'http.request':
    case 'http.response':
    case 'http.effect':
      return some(callOwners(history).get(event.call));
    case 'process.log':
      return event.correlationId === undefined
        ? named(history, event.line)
        : some(paymentById(history, event.correlationId));
    case 'offsets.committed':
      return (passedRecords(history).get(event.seq) ?? []).flatMap((record) => ownersOf(history, record));
    case 'fault.armed':
    case 'fault.fired':
    case 'fault.healed':
      return history.subjects.filter(({ name }) => name === event.subject);
    default:
      return some(paymentById(history, event.correlationId));
  }
};

/** Names of the payments an event is about; empty: of none, or nothing tells. */
export const subjectsOf = (history: History, event: HistoryEvent): readonly string[] => [
  ...new Set(ownersOf(history, event).map(({ name }) => name)),
];
