/** How a trial came to its end, as the head of a failure text says it. Pure. */
import type { HistoryEvent } from '../history/events.ts';
import { evidenceText } from './page.ts';
import { formatDuration } from './style.ts';

const PROOFS = {
  cycle: 'it went round in a circle',
  standstill: 'it stood still',
  death: 'its process was dead and nothing restarts it',
} as const;

/** Sentences about patience, and about an end that was proven before the deadline: the last proof says what the others did. */
export const endingTexts = (events: readonly HistoryEvent[]): readonly string[] => {
  const proven = events.findLast(({ kind }) => kind === 'trial.ended-early');
  // What a step of the scenario waited for in vain says nothing of a trial that settled all the same.
  const mattered = events.some(
    (event) =>
      event.seq > (proven?.seq ?? Infinity) &&
      ((event.kind === 'trial.settled' && !event.settled) || (event.kind === 'trial.observed' && !event.met)),
  );
  return events.flatMap((event): readonly string[] => {
    if (event.kind === 'trial.patience') return [`waited ${formatDuration(event.waitedMs)} of patience: ${event.why}`];
    if (event.kind === 'trial.ended-early' && event === proven && mattered)
      return [
        `ended before its deadline, as ${PROOFS[event.proof]}: ${event.description}${evidenceText(event.evidence)}`,
      ];
    return [];
  });
};
