/** Whether everything that happened is in the history: what was not recorded proves nothing by its absence. */
import type { BarrierSource, EventKind, HistoryEvent, LiveReading } from './events.ts';
import type { History } from './history.ts';
import { perHistory } from './memo.ts';
import type { Finding } from './verdict.ts';

export const BARRIER_SOURCES: readonly BarrierSource[] = ['postgres', 'kafka', 'offsets', 'admin-service'];

const SOURCE_NAMES: Readonly<Record<BarrierSource, string>> = {
  postgres: "PostgreSQL's changes",
  kafka: "Kafka's records",
  offsets: 'the groups’ offsets',
  'admin-service': 'the calls at admin-service',
};

interface Gap {
  readonly missing: readonly BarrierSource[];
  readonly why: string;
  readonly evidence: readonly number[];
  /** Nothing is known to be lost: no barrier has passed yet since the latest of what is there. */
  readonly isBetweenBarriers: boolean;
}

/** What the pipeline itself does, as its sources record it. */
const OF_THE_PIPELINE: readonly EventKind[] = [
  'kafka.record',
  'offsets.committed',
  'postgres.commit',
  'http.request',
  'http.response',
  'http.effect',
];

/** The first thing of the pipeline's after a barrier: what came with it may not have been read yet. */
const firstSince = (history: History, barrier: HistoryEvent): HistoryEvent | undefined =>
  OF_THE_PIPELINE.flatMap((kind): HistoryEvent[] => {
    const next = history.of(kind).find(({ seq }) => seq > barrier.seq);
    return next === undefined ? [] : [next];
  }).sort((a, b) => a.seq - b.seq)[0];

/**
 * What may be missing at the history's end, and why: the last barrier decides, an error of the harness spoils all. While
 * the trial goes on a barrier speaks only of what was before it.
 */
const gap = perHistory((history): Gap => {
  const last = history.of('trial.barrier').at(-1);
  const since = last?.passed === true && endingOf(history).state === 'open' ? firstSince(history, last) : undefined;
  const isBetweenBarriers = last === undefined || since !== undefined;
  const errors = history.of('trial.harness-error');
  if (errors.length > 0)
    return {
      missing: BARRIER_SOURCES,
      why: `the harness itself failed: ${errors[0]?.message ?? ''}`,
      evidence: errors.map((error) => error.seq),
      isBetweenBarriers,
    };
  if (last === undefined)
    return { missing: BARRIER_SOURCES, why: 'no barrier was ever passed', evidence: [], isBetweenBarriers };
  if (since !== undefined)
    return {
      missing: BARRIER_SOURCES,
      why: 'no barrier has passed since',
      evidence: [last.seq, since.seq],
      isBetweenBarriers,
    };
  if (last.passed) return { missing: [], why: '', evidence: [last.seq], isBetweenBarriers };
  return {
    missing: last.missing.length === 0 ? BARRIER_SOURCES : last.missing,
    why: 'a barrier did not come back',
    evidence: [last.seq],
    isBetweenBarriers,
  };
});

/**
 * Is the history's end a moment between two barriers (or before the first)? Then absence proves nothing, while what is
 * there was seen as it happened. Not so where a barrier did not come back: something is known to be lost.
 */
export const isBetweenBarriers = (history: History): boolean => gap(history).isBetweenBarriers;

/** Sources of which something may be missing. */
export const missingSources = (history: History): readonly BarrierSource[] => gap(history).missing;

export const isComplete = (history: History, ...sources: readonly BarrierSource[]): boolean =>
  sources.every((source) => !missingSources(history).includes(source));

/** What the last look at a live system said; undefined: the history is a trial's. */
export const liveReading = (history: History): LiveReading | undefined => history.of('trial.barrier').at(-1)?.live;

/** Was a system read as it stood? Then neither the order nor the writers of its rows are known. */
export const isLive = (history: History): boolean => liveReading(history) !== undefined;

/** Was there no way to ask the source? What rests on it is then neither shown nor refuted by its being empty. */
export const isUnasked = (history: History, source: BarrierSource): boolean =>
  liveReading(history)?.gaps.some((each) => each.source === source && each.unasked === true) ?? false;

/** Was a log of the service of a live system read? */
export const hasLogOf = (history: History, of: string | undefined): boolean =>
  liveReading(history)?.logs?.some(({ service }) => service === of) ?? false;

/** Is it of a live system, and not known whole: so that nothing found in it is no answer? */
export const isUnanswered = (history: History, source: BarrierSource): boolean =>
  isLive(history) && !isComplete(history, source);

/** Why nothing can be concluded from what is absent in these sources; empty when they are complete. */
export const gapsOf = (history: History, sources: readonly BarrierSource[]): readonly Finding[] => {
  const { missing, why, evidence } = gap(history);
  const open = sources.filter((source) => missing.includes(source));
  if (open.length === 0) return [];
  return [{ message: `${open.map((source) => SOURCE_NAMES[source]).join(', ')} may be incomplete: ${why}`, evidence }];
};

/**
 * Has it been waited for long enough, since this event, that what is absent stays absent (semantics: Patience)? The
 * trial's own word that it has settled is the last one.
 */
export const isPatienceOver = (history: History, since: HistoryEvent): boolean =>
  history.of('trial.settled').some(({ settled }) => settled) ||
  history.of('trial.patience').some(({ seq }) => seq > since.seq);

/** How the trial ended: settled, still unsettled at its deadline, or not (yet) at all. */
export const endingOf = (
  history: History,
): { readonly state: 'settled' | 'deadline' | 'open'; readonly event: HistoryEvent<'trial.settled'> | undefined } => {
  const event = history.of('trial.settled').at(-1);
  return { state: event === undefined ? 'open' : event.settled ? 'settled' : 'deadline', event };
};
