/** One verdict printed, and how it stands to the stored one: for `judge` and `replay`. */
import { oneLine } from '../base/presentable.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { TrialVerdict } from '../history/verdict.ts';
import { differences } from '../reporters/compare.ts';
import { formatFailure } from '../reporters/failure.ts';
import { LOOKS, coloursFor, formatDuration } from '../reporters/style.ts';
import type { TrialResult } from '../verdict/result.ts';
import { colourOn, widthOf } from './context.ts';
import type { Io } from './io.ts';

/** A line for a trial that passed, the whole text for any other. */
export const verdictText = (
  result: TrialResult,
  events: readonly HistoryEvent[],
  replayCommand: string,
  io: Io,
): string => {
  const colour = colourOn(io);
  const { outcome } = result.verdict;
  if (outcome !== 'passed') return `${formatFailure(result, events, { replayCommand, colour, width: widthOf(io) })}\n`;
  const look = LOOKS[outcome];
  return `${coloursFor(colour)[look.colour](look.mark)} ${result.name}  ${formatDuration(result.timings.totalMs)}\n`;
};

/** The last word: the same verdict, another one (and in what), or nothing to compare with. */
export const comparisonText = (stored: TrialVerdict | undefined, now: TrialVerdict): string => {
  if (stored === undefined) return `verdict: ${now.outcome}; the stored run was never judged\n`;
  const changes = differences(stored, now);
  if (changes.length === 0) return `the same verdict as stored: ${now.outcome}\n`;
  return `not the stored verdict:\n${changes.map((change) => `  ${oneLine(change)}\n`).join('')}`;
};
