/** The short timeline inside a failure text: one payment across all sources. */
import type { HistoryEvent, Subject } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { timelineOf } from '../history/timeline.ts';
import type { TimelineEntry } from '../history/timeline.ts';
import type { TrialResult } from '../verdict/result.ts';
import { shapeOfSentence } from '../verdict/finding-id.ts';
import type { Breakage } from './breakage.ts';
import { counted, hanging } from './style.ts';
import type { Colours } from './style.ts';

/** More lines than this are no short timeline any more. */
const MOST_LINES = 24;

/** The payment to show: the one that broke, else the one a cause names, else the first. */
const subjectOf = (history: History, result: TrialResult, breakages: readonly Breakage[]): Subject | undefined => {
  const named = [...breakages, ...result.verdict.during.causes].flatMap(({ subject }) => subject ?? []);
  return history.subjects.find((subject) => subject.name === named[0]) ?? history.subjects[0];
};

/** What tells least about a payment is left out first: the comings and goings of groups, phases, readiness. */
const WEIGHT: Readonly<Partial<Record<HistoryEvent['source'], number>>> = {
  kafka: 3,
  postgres: 3,
  http: 3,
  fault: 3,
  process: 2,
  wire: 1,
  // Preparing the broker; what it did as part of a fault is told by the fault.
  harness: 0,
  offsets: 1,
  trial: 1,
};

/** The entries to show, in order: evidence always, then by weight, then the earliest. */
const pick = (entries: readonly TimelineEntry[], evidence: ReadonlySet<number>): readonly TimelineEntry[] => {
  if (entries.length <= MOST_LINES) return entries;
  const weight = (entry: TimelineEntry): number => (evidence.has(entry.seq) ? 10 : (WEIGHT[entry.source] ?? 2));
  const kept = [...entries].sort((a, b) => weight(b) - weight(a) || a.seq - b.seq).slice(0, MOST_LINES);
  return kept.sort((a, b) => a.seq - b.seq);
};

/** So many lines that say the same are shown one by one; of more, the first and the last. */
const MOST_ALIKE = 3;

/** What a worker says over and over, but for ids and numbers, is said once. Evidence stays. */
const foldAlike = (
  entries: readonly TimelineEntry[],
  evidence: ReadonlySet<number>,
): { readonly entries: readonly TimelineEntry[]; readonly folded: number } => {
  const shapes = new Map(entries.map((entry) => [entry, shapeOfSentence(entry.text)]));
  const byShape = new Map<string | undefined, TimelineEntry[]>();
  for (const entry of entries.filter(({ source }) => source === 'process'))
    byShape.set(shapes.get(entry), [...(byShape.get(shapes.get(entry)) ?? []), entry]);
  const kept = entries.flatMap((entry): TimelineEntry[] => {
    const alike = entry.source === 'process' ? (byShape.get(shapes.get(entry)) ?? []) : [];
    if (alike.length <= MOST_ALIKE || evidence.has(entry.seq) || entry === alike.at(-1)) return [entry];
    return entry === alike[0] ? [{ ...entry, text: `${entry.text} (${alike.length} times like it)` }] : [];
  });
  return { entries: kept, folded: entries.length - kept.length };
};

const evidenceOf = (result: TrialResult, breakages: readonly Breakage[]): ReadonlySet<number> =>
  new Set([...breakages, ...result.verdict.during.causes].flatMap(({ evidence }) => evidence));

/** Lines with a heading and an empty one at the end; none at all when there is no history to show. */
export const timelineLines = (
  result: TrialResult,
  breakages: readonly Breakage[],
  events: readonly HistoryEvent[],
  page: { readonly colours: Colours; readonly width: number },
): readonly string[] => {
  if (events[0]?.kind !== 'trial.started') return [];
  const history = openHistory(events);
  const subject = subjectOf(history, result, breakages);
  if (subject === undefined) return [];
  const evidence = evidenceOf(result, breakages);
  const all = timelineOf(history, subject);
  const { entries, folded } = foldAlike(all, evidence);
  const shown = pick(entries, evidence);
  const left = entries.length - shown.length + folded;
  const rows = shown.flatMap((entry) => {
    const columns = `    ${`+${entry.at.toFixed(0)} ms`.padStart(10)}  ${entry.source.padEnd(8)} `;
    const lines = hanging(columns, `${entry.text} (#${entry.seq})`, page.width);
    return evidence.has(entry.seq) ? lines : lines.map((line) => page.colours.dim(line));
  });
  const { colours } = page;
  return [
    `  ${colours.bold(`Timeline of ${subject.name}`)} ${colours.dim(`(${history.pipeline.subject.called} ${subject.correlationId})`)}`,
    ...rows,
    ...(left === 0 ? [] : [colours.dim(`    ${counted(left, 'further event')} in history.ndjson`)]),
    '',
  ];
};
