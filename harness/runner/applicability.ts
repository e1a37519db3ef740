/** Which scenarios a set of workers can be put through. Pure. */
import type { WorkerSet } from '../config/types.ts';
import type { FaultSpec, Scenario } from '../scenario/types.ts';

const obstacle = (fault: FaultSpec, workers: WorkerSet): string | undefined => {
  if (fault.kind !== 'worker-misconfigured') return undefined;
  const worker = workers.workers.find((candidate) => candidate.role === fault.worker);
  return worker?.misconfigured[fault.setting] === undefined
    ? `the ${fault.worker} of the workers ${workers.name} has no environment for misconfigured.${fault.setting}`
    : undefined;
};

/** Why these workers cannot be put through the scenario; undefined when they can. */
export const notApplicable = (scenario: Scenario, workers: WorkerSet): string | undefined =>
  scenario.faults.map((fault) => obstacle(fault, workers)).find((reason) => reason !== undefined);
