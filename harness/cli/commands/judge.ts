/** `faultline judge <run folder>`: judges a stored history again and runs nothing. */
import { resolve } from 'node:path';
import { exitCodeOfResults } from '../exit-codes.ts';
import type { Command } from '../context.ts';
import { loadOwnConfig } from '../own-config.ts';
import { believedWorkers, replayCommand } from '../replay-command.ts';
import { readStoredHistory, readStoredRun } from '../stored-run.ts';
import { comparisonText, verdictText } from '../verdict-text.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { TrialVerdict } from '../../history/verdict.ts';
import type { TrialResult } from '../../trial/types.ts';

const NO_TIMINGS = { prepareMs: 0, actMs: 0, settleMs: 0, judgeMs: 0, totalMs: 0 } as const;

/** That it was judged by others before may be why the verdict is another. */
const otherPacts = (events: readonly HistoryEvent[], { contract }: TrialVerdict): string => {
  const [started] = events;
  const before = started?.kind === 'trial.started' ? started.pacts : undefined;
  const now = contract?.pinned?.hash;
  if (before === undefined || now === undefined || before === now) return '';
  return `judged by other pacts than in its run (${now.slice(0, 8)}, not ${before.slice(0, 8)})\n`;
};

export const judgeStored: Command<[folder: string, pacts: string | undefined]> = async ({ io, parts }, folder, own) => {
  const stored = readStoredRun(io.cwd, folder);
  const events = readStoredHistory(stored);
  const { scenario, seed, workers } = stored;
  const pacts = own === undefined ? (await loadOwnConfig(io.cwd)).pacts : resolve(io.cwd, own);
  const result: TrialResult = {
    name: scenario.name,
    title: scenario.title,
    seed,
    workers,
    verdict: await parts.judge(events, scenario, pacts),
    runDir: stored.dir,
    timings: stored.result?.timings ?? NO_TIMINGS,
  };
  const again = replayCommand(scenario.name, { seed, workers: believedWorkers(workers), fresh: false }, io.env);
  io.stdout.write(verdictText(result, events, again, io));
  io.stdout.write(otherPacts(events, result.verdict));
  io.stdout.write(comparisonText(stored.result?.verdict, result.verdict));
  return exitCodeOfResults([result]);
};
