/** `faultline merge <folders>`: the results of all shards of a run as one verdict, one report and one exit code. Runs nothing. */
import { isAbsolute, resolve } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { oneLine } from '../../base/presentable.ts';
import { appendProblems } from '../../reporters/markdown.ts';
import { counted } from '../../reporters/style.ts';
import type { TrialResult } from '../../verdict/result.ts';
import { shardProblems } from '../../run/check-shards.ts';
import { historyProblems } from '../../run/stored-run.ts';
import { loadAll } from '../../run/choose.ts';
import type { Command, CommandContext } from '../context.ts';
import { exitCodeOfResults } from '../../run/exit-code.ts';
import { meaningOf } from '../exit-codes.ts';
import { planOutputs } from '../outputs.ts';
import { exitCodeWithOutputs, prepareOutputs } from '../prepare-outputs.ts';
import { readPremises } from '../../run/premises.ts';
import { readShards } from '../../run/read-shards.ts';
import type { StoredShard } from '../../run/read-shards.ts';
import { believedWorkers, environmentOfMode, replayCommand } from '../replay-command.ts';
import { endOf, inOrder } from '../../run/merged.ts';
import { tellResults } from '../tell-results.ts';
import { reportersOrDefault } from '../values.ts';
import type { ReporterChoice } from '../values.ts';
import { loadOwnConfig } from '../own-config.ts';

export interface MergeOptions {
  /** Folders of runs, or folders that hold them; relative to the current directory. */
  readonly folders: readonly string[];
  readonly reporters: readonly ReporterChoice[];
  readonly json: string | undefined;
  /** A Markdown file to append to. */
  readonly summary: string | undefined;
  /** Known findings; undefined: those beside the configuration. */
  readonly known: string | undefined;
  /** Results of an earlier run: only what is new against them is red. */
  readonly against: string | undefined;
  readonly verbose: boolean;
  /** Record of durations to bring up to date. */
  readonly durations: string | undefined;
}

const absolute = (cwd: string, path: string): string => (isAbsolute(path) ? path : resolve(cwd, path));

const headline = (shards: readonly StoredShard[], first: StoredShard): string => {
  const { workers } = first.document;
  const note = workers.note === undefined ? '' : ` (${workers.note})`;
  const seeds = [...new Set(shards.map(({ document }) => document.seed))];
  const empty = shards.filter(({ document }) => document.planned.length === 0).length;
  return [
    `${counted(shards.length, 'shard')}${empty === 0 ? '' : ` (${empty} with nothing to run)`}`,
    `workers ${workers.name}${note}`,
    `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`,
  ].join(', ');
};

/** Errors: FaultlineError 'usage' with everything that is wrong with the shards. */
const checked = (context: CommandContext, options: MergeOptions): readonly [StoredShard, ...StoredShard[]] => {
  const { cwd } = context.io;
  const summary = options.summary === undefined ? undefined : absolute(cwd, options.summary);
  try {
    const shards = readShards(cwd, options.folders);
    const problems = [...shardProblems(shards, meaningOf), ...shards.flatMap(historyProblems)];
    const [first, ...rest] = shards;
    if (problems.length === 0 && first !== undefined) return [first, ...rest];
    throw new FaultlineError(
      'usage',
      ['there is no verdict:', ...problems.map((problem) => `  ${oneLine(problem)}`)].join('\n'),
      'Run what is missing or did not finish, with the same options but for --shard, and collect the folders of all shards.',
    );
  } catch (error) {
    // Whoever looks only at the summary must not take its absence for a pass.
    if (summary !== undefined && error instanceof FaultlineError) appendProblems(summary, error.message);
    throw error;
  }
};

export const merge: Command<[MergeOptions]> = async (context, options) => {
  const { io } = context;
  const choices = reportersOrDefault(options.reporters, io.env);
  prepareOutputs({ ...options, reporters: choices }, io.cwd, io.cwd);
  const shards = checked(context, options);
  const [first] = shards;
  const outputs = planOutputs(choices, io.cwd, io.cwd);
  const write = (text: string): void => void (outputs.stdoutTaken ? io.stderr : io.stdout).write(text);
  const environments = shards.flatMap(({ document }) => document.environment ?? []);
  // The same in all of them, or they would not have been taken for one run.
  const environment = environmentOfMode(environments[0]?.mode);
  const { fresh, waiting } = first.document;
  const commandOf = ({ name, seed, workers }: TrialResult): string =>
    replayCommand(name, { seed, workers: believedWorkers(workers), fresh, environment, waiting }, io.env);
  const config = await loadOwnConfig(io.cwd);
  const premises = readPremises(config, io.cwd, context.now(), {
    known: options.known,
    against: options.against,
    workers: [first.document.workers.name],
    whole: true,
  });
  const run = endOf(shards, first, { premises, replayOf: commandOf });
  const results = inOrder(shards);

  write(`${oneLine(headline(shards, first))}\n`);
  const slowest = environments.toSorted((one, other) => other.startedInMs - one.startedInMs)[0];
  const { lost } = await tellResults(context, {
    results,
    run,
    environment: slowest,
    sources: () => loadAll(config),
    asked: { ...options, reporters: choices, outDir: io.cwd },
    outputs,
    write,
  });
  return exitCodeWithOutputs(exitCodeOfResults(run.results, premises), lost);
};
