/** `faultline judge <folder>`: judges a stored history again, of a run or of a live system, and runs nothing. */
import { resolve } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { SHIPPED_PACTS } from '../../config/resolve.ts';
import { looksLikeFile } from '../../config/worker-sets.ts';
import { HASH_OF_NONE } from '../../contract/contract.ts';
import { reportOf } from '../../diagnose/report.ts';
import { openHistory } from '../../history/history.ts';
import { redact } from '../../base/redact.ts';
import { exitCodeOfResults } from '../../run/exit-code.ts';
import { tellCapture } from '../capture-hint.ts';
import type { Command, CommandContext } from '../context.ts';
import { writeLines } from '../io.ts';
import type { Io } from '../io.ts';
import { loadOwnConfig } from '../own-config.ts';
import { believedWorkers, replayCommand } from '../replay-command.ts';
import { readStoredHistory, readStoredLive, readStoredRun, unsealedIn, workingOut } from '../../run/stored-run.ts';
import type { StoredRun } from '../../run/stored-run.ts';
import { diagnosisAs, exitCodeOfDiagnosis } from '../tell-diagnosis.ts';
import { comparisonText, verdictText } from '../verdict-text.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { TrialVerdict } from '../../history/verdict.ts';
import type { TrialResult } from '../../verdict/result.ts';

const NO_TIMINGS = { prepareMs: 0, actMs: 0, settleMs: 0, judgeMs: 0, totalMs: 0 } as const;

/** The hash of the pacts by which the run judged it; undefined: its history does not say. */
const pactsOf = ([started]: readonly HistoryEvent[]): string | undefined =>
  started?.kind === 'trial.started' ? started.pacts : undefined;

/** That other pacts judge than did in its run may be why the verdict is another. Undefined: they do not, or nothing tells. */
const otherPacts = (events: readonly HistoryEvent[], { contract }: TrialVerdict): string | undefined => {
  const before = pactsOf(events);
  const now = contract?.pinned?.hash;
  if (before === undefined || now === undefined || before === now) return undefined;
  return `judged by other pacts than in its run (${now.slice(0, 8)}, not ${before.slice(0, 8)})`;
};

/** A team's own pacts say nothing about the workers of another; Faultline's are the same ones, of another version. */
const requireChosen = (others: string, pacts: string | null, workers: string): void => {
  if (pacts === SHIPPED_PACTS && !looksLikeFile(workers)) return;
  throw new FaultlineError(
    'usage',
    `it would be ${others}: ${pacts === null ? 'none' : `those in ${pacts}`}`,
    `Name the folder of the pacts to judge it by: --pacts DIR (Faultline's own are in ${SHIPPED_PACTS}).`,
  );
};

/** A live system that was read once: nobody is asked again. */
const judgeLive = (io: Io, events: readonly HistoryEvent[], folder: string): Promise<number> =>
  workingOut([resolve(io.cwd, folder)], () => {
    const { called } = openHistory(events).pipeline.subject;
    const report = reportOf(events, { brokers: 'HOST:PORT' });
    io.stdout.write(redact(diagnosisAs('text', report, called, io)));
    tellCapture(io, 'text', report, ['--from', folder]);
    return exitCodeOfDiagnosis(report);
  });

const judgeRun = async (
  { io, parts }: CommandContext,
  stored: StoredRun,
  events: readonly HistoryEvent[],
  own: string | undefined,
): Promise<number> => {
  const { scenario, seed, workers } = stored;
  // What was judged by none, as its pipeline has none, has nothing to do with those of the folder that it is judged in.
  const configured = async () => (pactsOf(events) === HASH_OF_NONE ? null : (await loadOwnConfig(io.cwd)).pacts);
  const pacts = own === undefined ? await configured() : resolve(io.cwd, own);
  const verdict = await parts.judge(events, scenario, pacts);
  const others = otherPacts(events, verdict);
  if (own === undefined && others !== undefined) requireChosen(others, pacts, workers);
  const result: TrialResult = {
    name: scenario.name,
    title: scenario.title,
    seed,
    workers,
    verdict,
    runDir: stored.dir,
    timings: stored.result?.timings ?? NO_TIMINGS,
  };
  const again = replayCommand(scenario.name, { seed, workers: believedWorkers(workers), fresh: false }, io.env);
  io.stdout.write(verdictText(result, events, again, io));
  if (others !== undefined) writeLines(io.stdout, others);
  io.stdout.write(comparisonText(stored.result?.verdict, result.verdict));
  return exitCodeOfResults([result]);
};

export const judgeStored: Command<[folder: string, pacts: string | undefined]> = async (context, folder, own) => {
  const { io } = context;
  const live = readStoredLive(io.cwd, folder);
  if (live !== undefined) return judgeLive(io, live, folder);
  const stored = readStoredRun(io.cwd, folder);
  const events = readStoredHistory(stored);
  return workingOut(unsealedIn(stored), () => judgeRun(context, stored, events, own));
};
