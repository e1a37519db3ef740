/** What becomes of a verdict when something about its trial's ids arrives afterwards (semantics: Settled). */
import type { HistoryEvent } from '../history/events.ts';
import type { TrialVerdict } from '../history/verdict.ts';
import type { LateSink } from '../recorder/recorder.ts';
import type { RunFolder } from './run-folder.ts';
import type { TrialResult } from './types.ts';
import type { IsWork } from './work.ts';

/** The verdict of a trial of which something arrived afterwards. */
export const judgedTooEarly = (verdict: TrialVerdict, event: HistoryEvent): TrialVerdict => ({
  ...verdict,
  outcome: 'unknown',
  unknown: [...verdict.unknown, `judged too early: ${event.kind} arrived after the verdict`],
});

/**
 * Keeps late events beside the history. The first that shows the pipeline still at work turns the verdict of a settled
 * trial into unknown; one that was judged at its deadline, as it stood, was known to be unfinished and stays.
 */
export const createLateSink = (parts: {
  readonly result: TrialResult;
  readonly settled: boolean;
  readonly folder: Pick<RunFolder, 'appendLate' | 'writeJson'>;
  readonly isWork: IsWork;
  readonly onRevised: (result: TrialResult) => void;
}): LateSink => {
  const { result, folder } = parts;
  let mayRevise = parts.settled && result.verdict.outcome !== 'unknown';
  return (event) => {
    folder.appendLate(event);
    if (!mayRevise || !parts.isWork(event)) return;
    mayRevise = false;
    const revised = { ...result, verdict: judgedTooEarly(result.verdict, event) };
    try {
      folder.writeJson('verdict.json', revised);
    } catch {
      // Called by a source: the folder may have been removed since, and whoever runs the trials hears of it.
    }
    parts.onRevised(revised);
  };
};
