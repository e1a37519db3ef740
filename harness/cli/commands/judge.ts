/** `faultline judge <run folder>`: judges a stored history again and runs nothing. */
import { exitCodeOfResults } from '../exit-codes.ts';
import type { Command } from '../context.ts';
import { believedWorkers, replayCommand } from '../replay-command.ts';
import { readStoredHistory, readStoredRun } from '../stored-run.ts';
import { comparisonText, verdictText } from '../verdict-text.ts';
import type { TrialResult } from '../../trial/types.ts';

const NO_TIMINGS = { prepareMs: 0, actMs: 0, settleMs: 0, judgeMs: 0, totalMs: 0 } as const;

export const judgeStored: Command<[folder: string]> = async ({ io, parts }, folder) => {
  const stored = readStoredRun(io.cwd, folder);
  const events = readStoredHistory(stored);
  const { scenario, seed, workers } = stored;
  const result: TrialResult = {
    name: scenario.name,
    title: scenario.title,
    seed,
    workers,
    verdict: await parts.judge(events, scenario),
    runDir: stored.dir,
    timings: stored.result?.timings ?? NO_TIMINGS,
  };
  const again = replayCommand(scenario.name, { seed, workers: believedWorkers(workers), fresh: false }, io.env);
  io.stdout.write(verdictText(result, events, again, io));
  io.stdout.write(comparisonText(stored.result?.verdict, result.verdict));
  return exitCodeOfResults([result]);
};
