/** Which scenarios a set of workers can be put through. Pure. */
import { playerOf } from '../config/parts.ts';
import { obstacleOfMissingParts } from './missing-parts.ts';
import { obstacleOfSharing } from './shared-process.ts';
import type { WorkerSet } from '../config/types.ts';
import type { ClusterFacts } from '../environment/external/kafka-cluster.ts';
import type { FaultSpec, Scenario } from '../scenario/types.ts';
import { needsFreshTopics } from '../trial/renewal.ts';

const obstacle = (fault: FaultSpec, workers: WorkerSet): string | undefined => {
  if (fault.kind !== 'worker-misconfigured') return undefined;
  const worker = playerOf(workers.workers, fault.worker);
  return worker?.misconfigured[fault.setting] === undefined
    ? `the ${fault.worker} of the workers ${workers.name} has no environment for misconfigured.${fault.setting}`
    : undefined;
};

/** On a shared cluster: what a scenario needs of its topics that is not available there. */
const obstacleOfCluster = (scenario: Scenario, { keptTopics, makesTopics }: ClusterFacts): string | undefined => {
  const missing = scenario.faults.find((fault) => fault.kind === 'topic-missing')?.topic;
  if (missing !== undefined && keptTopics.includes(missing))
    return `the topic ${missing} was there before the run and is not deleted`;
  if (missing !== undefined && makesTopics)
    return 'the broker makes missing topics by itself (auto.create.topics.enable), or does not say that it does not';
  return keptTopics.length > 0 && needsFreshTopics(scenario)
    ? `it needs topics without records, and ${keptTopics.join(', ')} ${keptTopics.length === 1 ? 'was' : 'were'} there before the run`
    : undefined;
};

/**
 * Why these workers cannot be put through the scenario; undefined when they can. `cluster`: the one they run on, when
 * it is somebody else's.
 */
export const notApplicable = (scenario: Scenario, workers: WorkerSet, cluster?: ClusterFacts): string | undefined =>
  obstacleOfMissingParts(scenario, workers) ??
  scenario.faults.map((fault) => obstacle(fault, workers)).find((reason) => reason !== undefined) ??
  obstacleOfSharing(scenario, workers) ??
  (cluster === undefined ? undefined : obstacleOfCluster(scenario, cluster));
