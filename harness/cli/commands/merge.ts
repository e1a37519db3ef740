/** `faultline merge <folders>`: the results of all shards of a run as one verdict, one report and one exit code. Runs nothing. */
import { isAbsolute, resolve } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { REPORTERS } from '../../reporters/catalogue.ts';
import { summarizeFailure } from '../../reporters/failure.ts';
import { excuseOf } from '../../reporters/known-text.ts';
import { isolated } from '../../reporters/isolated.ts';
import { jsonFileReporter } from '../../reporters/json-file.ts';
import { appendProblems, markdownReporter } from '../../reporters/markdown.ts';
import { counted } from '../../reporters/style.ts';
import { formatSummary } from '../../reporters/summary.ts';
import type { Reporter, RunEnd } from '../../reporters/types.ts';
import { writeDurations } from '../../runner/durations.ts';
import { locateScenario } from '../../runner/locate.ts';
import type { ScenarioSource } from '../../runner/plan.ts';
import type { VitestReporter } from '../../runner/run-vitest.ts';
import type { TrialResult } from '../../trial/types.ts';
import { shardProblems } from '../check-shards.ts';
import { historyProblems } from '../stored-run.ts';
import { loadAll } from '../choose.ts';
import { textOptionsOf } from '../text-options.ts';
import type { Command, CommandContext } from '../context.ts';
import { exitCodeOfResults } from '../exit-codes.ts';
import { readEvents } from '../ledger.ts';
import { planOutputs } from '../outputs.ts';
import { fileReporters } from '../file-reporters.ts';
import { exitCodeWithOutputs, prepareOutputs } from '../prepare-outputs.ts';
import { readPremises } from '../premises.ts';
import { readShards } from '../read-shards.ts';
import type { StoredShard } from '../read-shards.ts';
import { believedWorkers, environmentOfMode, replayCommand } from '../replay-command.ts';
import { reportResults } from '../report-results.ts';
import type { LabelledResult } from '../report-results.ts';
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

/** By the scenario's name, as a run without shards has them; repeats in their order. */
const inOrder = (shards: readonly StoredShard[]): readonly LabelledResult[] => {
  const all = shards.flatMap(({ document }) => document.results);
  const names = [...new Set(all.map(({ result }) => result.name))].sort();
  return names.flatMap((name) => all.filter(({ result }) => result.name === name));
};

const endOf = (
  shards: readonly StoredShard[],
  first: StoredShard,
  held: Pick<RunEnd, 'premises' | 'replayOf'>,
): RunEnd => ({
  ...held,
  results: inOrder(shards).map(({ result }) => result),
  notApplicable: first.document.notApplicable,
  notRun: 0,
  stopped: undefined,
  workers: first.document.workers,
  // They ran side by side, or could have.
  durationMs: Math.max(...shards.map(({ document }) => document.durationMs)),
});

const headline = (shards: readonly StoredShard[], first: StoredShard): string => {
  const { workers } = first.document;
  const note = workers.note === undefined ? '' : ` (${workers.note})`;
  const seeds = [...new Set(shards.map(({ document }) => document.seed))];
  const empty = shards.filter(({ document }) => document.planned.length === 0).length;
  return [
    `${counted(shards.length, 'shard')}${empty === 0 ? '' : ` (${empty} with nothing to run)`}`,
    `workers ${workers.name}${note}`,
    `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}\n`,
  ].join(', ');
};

const durationsOf = (results: readonly TrialResult[]): Readonly<Record<string, number>> =>
  Object.fromEntries(results.map((result) => [result.name, result.timings.totalMs]));

/** Errors: FaultlineError 'usage' with everything that is wrong with the shards. */
const checked = (context: CommandContext, options: MergeOptions): readonly [StoredShard, ...StoredShard[]] => {
  const { cwd } = context.io;
  const summary = options.summary === undefined ? undefined : absolute(cwd, options.summary);
  try {
    const shards = readShards(cwd, options.folders);
    const problems = [...shardProblems(shards), ...shards.flatMap(historyProblems)];
    const [first, ...rest] = shards;
    if (problems.length === 0 && first !== undefined) return [first, ...rest];
    throw new FaultlineError(
      'usage',
      ['there is no verdict:', ...problems.map((problem) => `  ${problem}`)].join('\n'),
      'Run what is missing or did not finish, with the same options but for --shard, and collect the folders of all shards.',
    );
  } catch (error) {
    // Whoever looks only at the summary must not take its absence for a pass.
    if (summary !== undefined && error instanceof FaultlineError) appendProblems(summary, error.message);
    throw error;
  }
};

interface Out {
  readonly write: (text: string) => void;
  readonly run: RunEnd;
}

const reportersOf = (
  context: CommandContext,
  options: MergeOptions,
  { write, run }: Out,
): readonly (readonly [name: string, reporter: Reporter])[] => {
  const { io } = context;
  const { premises, replayOf } = run;
  const text = textOptionsOf(io, { write, premises, verbose: options.verbose });
  const given = <T>(file: string | undefined, make: (file: string) => T): readonly T[] =>
    file === undefined ? [] : [make(absolute(io.cwd, file))];
  return [
    ...reportersOrDefault(options.reporters, io.env).flatMap(({ id }) => {
      const entry = REPORTERS[id];
      return entry.kind === 'own' ? [[id, entry.create(text)] as const] : [];
    }),
    ...given(
      options.json,
      (file) =>
        [
          'json file',
          jsonFileReporter(file, { workers: run.workers.name, sinceStart: () => run.durationMs, premises, replayOf }),
        ] as const,
    ),
    ...given(options.summary, (file) => ['summary file', markdownReporter(file)] as const),
    ...given(
      options.durations,
      (file) => ['durations', { onEnd: ({ results }: RunEnd) => writeDurations(file, durationsOf(results)) }] as const,
    ),
    ...fileReporters(context, {
      choices: reportersOrDefault(options.reporters, io.env),
      outDir: io.cwd,
      pageOfFailures: false,
      write,
    }),
    ['summary', { onEnd: (end) => write(formatSummary(end, text)) }],
  ];
};

/** vitest's documents are vitest's to write: it is given the stored results, at their scenarios' files. */
const reportUnderVitest = async (
  context: CommandContext,
  reporters: readonly VitestReporter[],
  results: readonly LabelledResult[],
  run: RunEnd,
  sources: readonly ScenarioSource[],
): Promise<void> => {
  const { io } = context;
  if (reporters.length === 0) return;
  await reportResults({
    results,
    fileOf: (name) => {
      const source = sources.find(({ scenario }) => scenario.name === name);
      if (source !== undefined) return source.file;
      throw new FaultlineError(
        'usage',
        `${name} is no scenario here, and ${reporters.map(([reporter]) => reporter).join(', ')} must name its file`,
        'Merge in a checkout of what the shards ran, or without that reporter.',
      );
    },
    reporters,
    stdout: io.stdout,
    stderr: io.stderr,
    describe: (result) => summarizeFailure(result, run.replayOf(result)),
    excuse: (result) => excuseOf(result, run.premises),
  });
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
  const needsFiles = choices.some(({ id }) => id === 'github') || outputs.vitest.length > 0;
  const sources = needsFiles ? await loadAll(config) : [];
  let lost = 0;
  const reporter = isolated(reportersOf(context, options, { write, run }), (name, error) => {
    lost += 1;
    io.stderr.write(`the reporter ${name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
  });
  const results = inOrder(shards);

  write(headline(shards, first));
  const slowest = environments.toSorted((a, b) => b.startedInMs - a.startedInMs)[0];
  if (slowest !== undefined) reporter.onEnvironment(slowest);
  for (const { label, result } of results) {
    const shown = (attempt: TrialResult): Parameters<Required<Reporter>['onResult']>[0] => ({
      result: attempt,
      label,
      replayCommand: commandOf(attempt),
      events: () => readEvents(attempt),
      place: () => {
        const source = sources.find(({ scenario }) => scenario.name === attempt.name);
        return source === undefined ? undefined : locateScenario(source.file, attempt.name);
      },
    });
    for (const attempt of result.earlier ?? []) reporter.onAgain(shown(attempt));
    reporter.onResult(shown(result));
  }
  await reportUnderVitest(context, outputs.vitest, results, run, sources);
  reporter.onEnd(run);
  return exitCodeWithOutputs(exitCodeOfResults(run.results, premises), lost);
};
