/** A history as it is drawn. Pure: the same history gives the same view, with or without a browser. */
import type { HistoryEvent } from '../../history/events.ts';
import { openHistory } from '../../history/history.ts';
import type { History } from '../../history/history.ts';
import { lanesOf, lanesOfEvent } from './lanes.ts';
import type { Lane } from './lanes.ts';
import { pairsOf } from './links.ts';
import type { Pair } from './links.ts';
import { eventBySeq, passedRecords, subjectsOf } from './owners.ts';
import { phasesOf, spansOf } from './spans.ts';
import type { Phase, Span } from './spans.ts';
import { stepsOf } from './steps.ts';
import type { Step } from './steps.ts';
import { tell } from './words.ts';
import type { Sign } from './words.ts';

export interface ViewEvent {
  readonly seq: number;
  /** ms since the trial began, by arrival. */
  readonly at: number;
  readonly event: HistoryEvent;
  /** Ids of lanes; empty: it is about the trial as a whole. */
  readonly lanes: readonly string[];
  /** Names of the payments it is about. */
  readonly subjects: readonly string[];
  readonly text: string;
  readonly sign: Sign;
  /** It tells of a payment's way or of what befell it; the others are the surroundings. */
  readonly story: boolean;
}

export interface View {
  readonly history: History;
  readonly events: readonly ViewEvent[];
  readonly lanes: readonly Lane[];
  /** Names of the payments. */
  readonly subjects: readonly string[];
  readonly steps: readonly Step[];
  readonly pairs: readonly Pair[];
  readonly spans: readonly Span[];
  readonly phases: readonly Phase[];
  /** ms from first to last event. */
  readonly durationMs: number;
}

/** In these lanes preparation alone is not worth a lane. */
const isWorthALane = ({ story, event }: ViewEvent): boolean => story || event.kind.startsWith('process.');

const tellAll = (history: History): readonly ViewEvent[] => {
  const scope = {
    recordName: (record: HistoryEvent<'kafka.record'>) =>
      eventBySeq(history).get(record.seq)?.type ??
      (record.topic === history.pipeline.deadLetterTopic && record.control === undefined
        ? 'dead-letter record'
        : undefined),
    writerOf: (record: HistoryEvent<'kafka.record'>) => history.producedAs(record)?.writer,
    pipeline: history.pipeline,
    passes: ({ seq }: HistoryEvent) => passedRecords(history).has(seq),
  };
  return history.events.map((event): ViewEvent => {
    const told = tell(event, scope);
    const subjects = subjectsOf(history, event);
    return {
      seq: event.seq,
      at: event.at - history.started.at,
      event,
      lanes: lanesOfEvent(history, event),
      subjects,
      ...told,
      // What a worker writes about a payment is part of its way, also when nothing is wrong.
      story: told.story || (event.kind === 'process.log' && subjects.length > 0),
    };
  });
};

export const viewOf = (recorded: readonly HistoryEvent[]): View => {
  const history = openHistory(recorded);
  const events = tellAll(history);
  const steps = stepsOf(history, new Map(events.map(({ seq, subjects }) => [seq, subjects])));
  return {
    history,
    events,
    lanes: lanesOf(history, new Set(events.filter(isWorthALane).flatMap(({ lanes }) => lanes))),
    subjects: history.subjects.map(({ name }) => name),
    steps,
    pairs: pairsOf(history, steps),
    spans: spansOf(history),
    phases: phasesOf(history),
    durationMs: (events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0),
  };
};
