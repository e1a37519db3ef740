/** `faultline replay <run folder>`: the same scenario, seed and workers once more; says whether the verdict is the same. */
import { dirname, resolve } from 'node:path';
import { EXIT } from '../../base/errors.ts';
import { findWorkerSet } from '../../config/worker-sets.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import { prepareRunsFolder } from '../../run/runs-folder.ts';
import { NO_PREMISES } from '../../verdict/premises.ts';
import type { RunEnvironment, TrialResult } from '../../verdict/result.ts';
import { exitCodeOfResults } from '../../run/exit-code.ts';
import { checkStartable } from '../../run/check-startable.ts';
import type { Command } from '../context.ts';
import { loadAll } from '../../run/choose.ts';
import { planOutputs } from '../outputs.ts';
import { exitCodeWithOutputs, prepareOutputs } from '../prepare-outputs.ts';
import { tellResults } from '../tell-results.ts';
import type { ReporterChoice } from '../values.ts';
import { createProgress } from '../progress.ts';
import { replayCommand } from '../replay-command.ts';
import { playForCommand } from '../play.ts';
import { readStoredHistory, readStoredRun } from '../../run/stored-run.ts';
import { workersOfStored } from '../../run/stored-workers.ts';
import { comparisonText, verdictText } from '../verdict-text.ts';
import { loadOwnConfig } from '../own-config.ts';

export interface ReplayOptions {
  readonly environment: EnvironmentChoice;
  /** As `--workers` takes it; undefined: the set of that name in the present project. */
  readonly workers: string | undefined;
  /** Folder for its run folder; undefined: beside the run that is replayed. */
  readonly out: string | undefined;
  /** File for one JSON document about it. */
  readonly json: string | undefined;
  /** None: its verdict as text, beside the one that is replayed. */
  readonly reporters: readonly ReporterChoice[];
}

export const replay: Command<[folder: string, options: ReplayOptions]> = async (
  context,
  folder,
  { environment, workers: given, out, json, reporters },
) => {
  const { io, clock } = context;
  const stored = readStoredRun(io.cwd, folder);
  const named = workersOfStored(stored, given, io.cwd);
  const config = await loadOwnConfig(io.cwd);
  const workers = await findWorkerSet(config, named, io.cwd);
  checkStartable(config, workers, io.env);
  // Beside the run that is replayed it will be looked for.
  const outDir = out === undefined ? dirname(stored.dir) : resolve(io.cwd, out);
  prepareRunsFolder(outDir, io.cwd);
  const asked = { json, summary: undefined, durations: undefined, reporters, verbose: false, outDir };
  prepareOutputs(asked, io.cwd, outDir);
  const outputs = planOutputs(reporters, io.cwd, outDir);
  const write = (text: string): void => void (outputs.stdoutTaken ? io.stderr : io.stdout).write(text);
  const began = clock();
  const progress = createProgress(io.stderr);
  const { scenario, seed } = stored;
  progress.say(`replaying ${scenario.name} with the workers ${workers.name}, seed ${seed}`);

  let code: number = EXIT.interrupted;
  const tell = async (result: TrialResult, ranIn: RunEnvironment): Promise<void> => {
    progress.clear();
    const again = replayCommand(scenario.name, { seed, workers: workers.name, fresh: false, environment }, io.env);
    if (reporters.length === 0) {
      const events =
        result.verdict.outcome === 'passed' ? [] : readStoredHistory({ ...stored, dir: result.runDir, result });
      write(verdictText(result, events, again, io));
    }
    const { lost } = await tellResults(context, {
      results: [{ label: scenario.name, result }],
      run: {
        results: [result],
        notApplicable: [],
        notRun: 0,
        stopped: undefined,
        workers,
        durationMs: clock() - began,
        premises: NO_PREMISES,
        replayOf: () => again,
      },
      environment: ranIn,
      sources: () => loadAll(config, workers),
      asked,
      outputs,
      write,
    });
    write(comparisonText(stored.result?.verdict, result.verdict));
    code = exitCodeWithOutputs(exitCodeOfResults([result]), lost);
  };
  const chosen = { config, workers, environment, outDir };
  const interrupted = await playForCommand(context, progress, chosen, [{ scenario, seed }], { tell });
  return interrupted ? EXIT.interrupted : code;
};
