/** From what the user asked for to the trials of the run. */
import { join } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { consumerGroupsOf } from '../config/parts.ts';
import type { Config, WorkerSet } from '../config/types.ts';
import type { ClusterFacts } from '../environment/external/kafka-cluster.ts';
import type { EnvironmentChoice } from '../environment/start.ts';
import type { NotApplicable } from '../reporters/types.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { notApplicable } from '../runner/applicability.ts';
import { withNamedFiles } from './named-files.ts';
import { readDurations } from '../runner/durations.ts';
import { planTrials } from '../runner/plan.ts';
import type { PlannedTrial, ScenarioSource } from '../runner/plan.ts';
import { selectShard } from '../runner/shard.ts';
import type { Shard } from '../runner/shard.ts';
import { genericOf } from '../scenario/generic.ts';
import { loadScenarios, ownScenarios } from '../scenario/load.ts';
import type { Scenario } from '../scenario/types.ts';
import { selectScenarios } from '../scenario/select.ts';
import { notesFolder } from '../config/cache-folder.ts';

export interface ClusterOptions {
  readonly config: Config;
  readonly pipeline: PipelineDeclaration;
  readonly consumerGroups: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Choice {
  /** Of scenarios, globs, or paths of files that hold them, from `cwd`. */
  readonly names: readonly string[];
  readonly cwd: string;
  readonly tags: readonly string[];
  readonly seed: number;
  readonly repeat: number;
  readonly shard: Shard | undefined;
  /** Record to balance shards by. */
  readonly durations: string;
  /** The cluster of `--env external`. */
  readonly cluster?: ClusterFacts | undefined;
}

export interface Chosen {
  /** What all shards together run. */
  readonly selection: readonly Scenario[];
  readonly plan: readonly PlannedTrial[];
  readonly notApplicable: readonly NotApplicable[];
  /** By the name of a scenario that only its file leads to: that file, as it was asked for. */
  readonly byFile: ReadonlyMap<string, string>;
}

/** Scenarios in files of Faultline, of the project, and of the project the workers come from, and those that the pipeline gets by itself. Errors: FaultlineError 'scenario'. */
export const loadAll = async (
  config: Config,
  workers?: Pick<WorkerSet, 'scenarios' | 'pipeline'>,
): Promise<readonly ScenarioSource[]> => {
  const { pipeline, scenarios = [] } = workers ?? { pipeline: config.pipeline };
  const folders = [...new Set([ownScenarios, ...config.scenarios, ...scenarios])];
  const loaded = await loadScenarios(folders, pipelineOf(pipeline), [
    ...(pipeline.name === shippedPipeline.name ? [] : [ownScenarios]),
    ...(pipeline.name === config.pipeline.name ? [] : config.scenarios.filter((own) => !scenarios.includes(own))),
  ]);
  return [...loaded, ...genericOf(pipeline, loaded)];
};

export const durationsFile = (config: Config, env: Readonly<Record<string, string | undefined>>): string =>
  join(notesFolder(config, env), 'durations.json');

/** The cluster of `--env external`; undefined elsewhere. */
export const clusterOf = async (
  parts: { lookAtCluster(options: ClusterOptions): Promise<ClusterFacts> },
  run: {
    readonly environment: EnvironmentChoice;
    readonly config: Config;
    readonly workers: WorkerSet;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Promise<ClusterFacts | undefined> => {
  const { environment, config, workers, env } = run;
  if (environment !== 'external') return undefined;
  const consumerGroups = consumerGroupsOf(workers.workers);
  return parts.lookAtCluster({ config, pipeline: workers.pipeline, consumerGroups, env });
};

/** A scenario asked for by its very name must be possible; one that a glob happened to match is set aside. */
const setAside = (
  selected: readonly ScenarioSource[],
  workers: WorkerSet,
  { names, cluster }: Pick<Choice, 'names' | 'cluster'>,
): readonly NotApplicable[] =>
  selected.flatMap(({ scenario: { name }, scenario }) => {
    const reason = notApplicable(scenario, workers, cluster);
    if (reason === undefined) return [];
    if (names.includes(name))
      throw new FaultlineError(
        'usage',
        `${name} is not applicable: ${reason}`,
        cluster === undefined
          ? 'Declare what is missing in faultline.config.ts, or choose another scenario or other workers (--workers).'
          : 'Run it with --env embedded, or with workers and on a cluster for which it is possible.',
      );
    return [{ name, reason }];
  });

/** Selects, sets aside, takes the shard, and plans. Errors: FaultlineError 'usage' or 'scenario'. */
export const chooseTrials = async (config: Config, workers: WorkerSet, choice: Choice): Promise<Chosen> => {
  const { all, names, byFile } = await withNamedFiles(await loadAll(config, workers), choice.names, {
    pipeline: pipelineOf(workers.pipeline),
    cwd: choice.cwd,
  });
  const selected = selectScenarios(all, { ...choice, names });
  const aside = setAside(selected, workers, { ...choice, names });
  const skipped = new Set(aside.map(({ name }) => name));
  const possible = selected.filter(({ scenario }) => !skipped.has(scenario.name));
  if (possible.length === 0)
    throw new FaultlineError(
      'usage',
      ['nothing that was chosen is applicable:', ...aside.map(({ name, reason }) => `  ${name}: ${reason}`)].join('\n'),
      'Choose other scenarios or other workers.',
    );
  const own =
    choice.shard === undefined
      ? possible
      : selectShard(possible, choice.shard, ({ scenario }) => scenario.name, readDurations(choice.durations));
  return {
    selection: possible.map(({ scenario }) => scenario),
    plan: planTrials(own, choice),
    notApplicable: aside,
    byFile,
  };
};
