/** Which parts of the pipeline a set's workers play: one each, or several in one process. */
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import type { WorkerConfig, WorkerPart } from './types.ts';

/** The parts that one worker plays, its first one first. */
export const partsOf = ({ role, consumerGroup, also = [] }: WorkerConfig): readonly WorkerPart[] => [
  { role, consumerGroup },
  ...also,
];

/** The worker that plays the part, if one of them does. */
export const playerOf = (workers: readonly WorkerConfig[], role: WorkerRole): WorkerConfig | undefined =>
  workers.find((worker) => partsOf(worker).some((part) => part.role === role));

/** The groups of all parts of these workers. */
export const consumerGroupsOf = (workers: readonly WorkerConfig[]): readonly string[] => [
  ...new Set(workers.flatMap((worker) => partsOf(worker).map(({ consumerGroup }) => consumerGroup))),
];

/** Do some of them come as images, which only an engine of containers runs? */
export const comeAsImages = (workers: readonly WorkerConfig[]): boolean =>
  workers.some(({ image }) => image !== undefined);
