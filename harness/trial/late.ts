/** What arrives about a trial's ids after its verdict: kept, and told to whoever runs the trials. */
import type { LateSink } from '../recorder/recorder.ts';
import type { TrialResult } from '../verdict/result.ts';
import { judgedTooEarly } from '../verdict/too-early.ts';
import type { IsWork } from '../verdict/work.ts';
import type { RunFolder } from './run-folder.ts';

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
