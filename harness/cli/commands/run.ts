/** `faultline run`: plays scenarios against workers and says whether all was as expected. */
import { isAbsolute, resolve } from 'node:path';
import { EXIT } from '../../base/errors.ts';
import { findWorkers } from '../../config/worker-sets.ts';
import { loadConfig } from '../../config/load.ts';
import { prepareRunsFolder } from '../../run/runs-folder.ts';
import type { Config, WaitingOptions } from '../../config/types.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import { isolated } from '../../reporters/isolated.ts';
import { lastRunReporter } from '../../reporters/json-file.ts';
import { openShardFile } from '../../reporters/shard-file.ts';
import { freshSeed } from '../../runner/seeds.ts';
import type { Shard } from '../../runner/shard.ts';
import type { TrialResult } from '../../verdict/result.ts';
import { chooseTrials, clusterOf, durationsFile } from '../../run/choose.ts';
import { askedReporters } from '../asked-reporters.ts';
import { checkStartable } from '../../run/check-startable.ts';
import type { Command, CommandContext } from '../context.ts';
import { exitCodeOfRun } from '../exit-codes.ts';
import { planOutputs } from '../outputs.ts';
import { exitCodeWithOutputs, prepareOutputs } from '../prepare-outputs.ts';
import { readPremises } from '../../run/premises.ts';
import { formatError } from '../print-error.ts';
import { createProgress } from '../progress.ts';
import { replayCommand } from '../replay-command.ts';
import { runTrials } from '../../run/run-trials.ts';
import { shardHead } from '../../run/shard-head.ts';
import { reportersOrDefault } from '../values.ts';
import type { ReporterChoice } from '../values.ts';

export interface RunOptions {
  readonly names: readonly string[];
  readonly workers: string | undefined;
  /** A pipeline's name or path; undefined: that of the workers. */
  readonly pipeline: string | undefined;
  readonly environment: EnvironmentChoice;
  readonly tags: readonly string[];
  readonly seed: number | undefined;
  readonly repeat: number;
  readonly bail: boolean;
  readonly fresh: boolean;
  readonly shard: Shard | undefined;
  readonly reporters: readonly ReporterChoice[];
  /** Relative to the current directory. */
  readonly out: string;
  readonly json: string | undefined;
  /** A Markdown file to append the verdicts to. */
  readonly summary: string | undefined;
  /** Known findings; undefined: those beside the configuration. */
  readonly known: string | undefined;
  /** Results of an earlier run: only what is new against them is red. */
  readonly against: string | undefined;
  readonly verbose: boolean;
  /** How long trials wait, where it was said for this run. */
  readonly waiting: WaitingOptions;
  /** Record of durations: balances shards, and is written by a run without shards. */
  readonly durations: string | undefined;
}

const absolute = (cwd: string, path: string): string => (isAbsolute(path) ? path : resolve(cwd, path));

const recordOf = (options: RunOptions, config: Config, io: CommandContext['io']): string =>
  options.durations === undefined ? durationsFile(config, io.env) : absolute(io.cwd, options.durations);

/** Errors: FaultlineError for what the user can put right before anything has started. */
export const run: Command<[RunOptions]> = async (context, options) => {
  const { io } = context;
  const began = context.clock();
  const sinceStart = (): number => context.clock() - began;
  const config = await loadConfig({ cwd: io.cwd });
  const workers = await findWorkers(config, options, io.cwd);
  checkStartable(config, workers, io.env);
  const seed = options.seed ?? freshSeed(context.random);
  const cluster = await clusterOf(context.parts, { environment: options.environment, config, workers, env: io.env });
  const durations = recordOf(options, config, io);
  const chosen = await chooseTrials(config, workers, { ...options, cwd: io.cwd, seed, durations, cluster });

  const premises = readPremises(config, io.cwd, context.now(), {
    known: options.known,
    against: options.against,
    workers: [workers.name],
    whole: options.names.length === 0 && options.tags.length === 0 && options.shard === undefined,
  });
  const outDir = absolute(io.cwd, options.out);
  const choices = reportersOrDefault(options.reporters, io.env);
  prepareRunsFolder(outDir, io.cwd);
  prepareOutputs({ ...options, reporters: choices }, io.cwd, outDir);
  // Nothing is started where there is nothing to play.
  if (chosen.plan.length > 0)
    await context.parts.checkEnvironment({ environment: options.environment, config, workers, env: io.env });
  const replayOf = ({ name, seed: own }: Pick<TrialResult, 'name' | 'seed'>): string =>
    replayCommand(
      // By its file, where that alone leads to it.
      chosen.byFile.get(name) ?? name,
      {
        seed: own,
        workers: workers.name,
        fresh: options.fresh,
        environment: options.environment,
        waiting: options.waiting,
      },
      io.env,
    );

  const outputs = planOutputs(choices, io.cwd, outDir);
  const progress = createProgress(io.stderr);
  const write = (text: string): void => {
    progress.clear();
    (outputs.stdoutTaken ? io.stderr : io.stdout).write(text);
  };
  const shardFile =
    options.shard === undefined
      ? undefined
      : openShardFile(outDir, shardHead(options.shard, { ...options, seed }, workers, chosen), premises, sinceStart);
  const document = { workers: workers.name, sinceStart, premises, replayOf };
  let lost = 0;
  const reporter = isolated(
    [
      ['progress', { onTrial: (label) => progress.during(`playing ${label}`), onEnd: progress.clear }],
      ...(shardFile === undefined ? [] : [['shard file', shardFile.reporter] as const]),
      ...askedReporters(context, {
        // A shard keeps no durations: the others must divide by the same record.
        asked: {
          ...options,
          reporters: choices,
          durations: options.shard === undefined ? recordOf(options, config, io) : undefined,
        },
        outDir,
        pageOfFailures: true,
        write,
        document,
        further: [['last run', lastRunReporter(outDir, document)]],
      }),
    ],
    (name, error) => {
      progress.clear();
      // Nobody asked for the record that is only there to balance the next shards.
      if (name !== 'durations' || options.durations !== undefined) lost += 1;
      io.stderr.write(
        `the reporter ${name} failed and is left out: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    },
  );
  const complain = (error: unknown): void => void io.stderr.write(formatError(error, false));
  const outcome = await runTrials(
    {
      config,
      workers,
      environment: options.environment,
      seed,
      ...chosen,
      fresh: options.fresh,
      waiting: options.waiting,
      bail: options.bail,
      outDir,
      reporter,
      vitestReporters: outputs.vitest,
      premises,
      replayOf,
      sinceStart,
    },
    {
      ...context,
      progress: progress.say,
      waitsFor: progress.waitsFor,
      exitNow: () => context.exitNow(EXIT.interrupted),
      complain,
    },
  );
  if (outcome.fatal !== undefined && !outcome.interrupted) complain(outcome.fatal.error);
  const code = exitCodeOfRun(outcome, premises);
  shardFile?.end(code);
  return exitCodeWithOutputs(code, lost);
};
