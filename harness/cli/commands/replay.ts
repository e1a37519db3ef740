/** `faultline replay <run folder>`: the same scenario, seed and workers once more; says whether the verdict is the same. */
import { dirname, resolve } from 'node:path';
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { isWithin } from '../../base/paths.ts';
import { findWorkerSet, looksLikeFile } from '../../config/worker-sets.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { prepareRunsFolder } from '../runs-folder.ts';
import { jsonDocument } from '../../reporters/json-document.ts';
import { prepareJsonFile } from '../../reporters/json-file.ts';
import { NO_PREMISES } from '../../verdict/premises.ts';
import { exitCodeOfResults } from '../exit-codes.ts';
import { checkStartable } from '../check-startable.ts';
import type { Command } from '../context.ts';
import { exitCodeWithOutputs } from '../prepare-outputs.ts';
import { formatError } from '../print-error.ts';
import { createProgress } from '../progress.ts';
import { replayCommand } from '../replay-command.ts';
import { onStopSignals } from '../signals.ts';
import { readStoredHistory, readStoredRun } from '../stored-run.ts';
import type { StoredRun } from '../stored-run.ts';
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
}

/**
 * A run folder is data, whoever made it: its workers are a set of the present project's, by name. A file whose code would be
 * run is named on the command line, and stands outside the folder. Errors: FaultlineError 'usage'.
 */
const workersOf = ({ dir, workers }: StoredRun, given: string | undefined, cwd: string): string => {
  if (given === undefined && looksLikeFile(workers))
    throw new FaultlineError(
      'usage',
      `the workers of this run came from a file, ${JSON.stringify(workers)}, and a run folder is not believed about code to run`,
      'Name them yourself: --workers PATH/faultline.config.ts#SET, or a set of this project.',
    );
  const name = given ?? workers;
  const [path = ''] = name.split('#');
  if (looksLikeFile(name) && isWithin(dir, resolve(cwd, path)))
    throw new FaultlineError(
      'usage',
      `${path} is a file of the run folder: no code of it is run`,
      'Name the configuration of a project of yours.',
    );
  return name;
};

export const replay: Command<[folder: string, options: ReplayOptions]> = async (
  { io, parts, signals, exitNow, clock },
  folder,
  { environment, workers: given, out, json },
) => {
  const stored = readStoredRun(io.cwd, folder);
  const named = workersOf(stored, given, io.cwd);
  const config = await loadOwnConfig(io.cwd);
  const workers = await findWorkerSet(config, named, io.cwd);
  checkStartable(config, workers, io.env);
  // Beside the run that is replayed it will be looked for.
  const outDir = out === undefined ? dirname(stored.dir) : resolve(io.cwd, out);
  prepareRunsFolder(outDir, io.cwd);
  const document = json === undefined ? undefined : resolve(io.cwd, json);
  if (document !== undefined) prepareJsonFile(document);
  const began = clock();
  const progress = createProgress(io.stderr);
  const { scenario, seed } = stored;
  progress.say(`replaying ${scenario.name} with the workers ${workers.name}, seed ${seed}`);

  let interrupted = false;
  let kill = (): void => undefined;
  const stopListening = onStopSignals(
    signals,
    (signal) => {
      interrupted = true;
      progress.say(`${signal}: finishing ${scenario.name}, then stopping; once more stops at once`);
    },
    () => {
      kill();
      exitNow(EXIT.interrupted);
    },
  );
  try {
    const host = await parts.openHost({
      config,
      workers,
      environment,
      fresh: false,
      outDir,
      progress: progress.say,
      env: io.env,
    });
    kill = () => host.kill();
    try {
      if (interrupted) return EXIT.interrupted;
      const result = await host.run({ scenario, seed });
      progress.clear();
      const events =
        result.verdict.outcome === 'passed' ? [] : readStoredHistory({ ...stored, dir: result.runDir, result });
      const again = replayCommand(scenario.name, { seed, workers: workers.name, fresh: false, environment }, io.env);
      io.stdout.write(verdictText(result, events, again, io));
      io.stdout.write(comparisonText(stored.result?.verdict, result.verdict));
      let lost = 0;
      if (document !== undefined) {
        const durationMs = clock() - began;
        const told = { workers: workers.name, premises: NO_PREMISES, replayOf: () => again, durationMs };
        const content = jsonDocument({ ...told, environment: host.environment, results: [result] });
        try {
          replaceFile(document, `${JSON.stringify(content, null, 2)}\n`);
        } catch (error) {
          lost = 1;
          io.stderr.write(formatError(error, false));
        }
      }
      return interrupted ? EXIT.interrupted : exitCodeWithOutputs(exitCodeOfResults([result]), lost);
    } finally {
      await host.close();
    }
  } finally {
    progress.clear();
    stopListening();
  }
};
