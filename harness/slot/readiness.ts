/** When a worker that was started counts as ready, as its groups tell, and why it never will. */
import { FaultlineError } from '../base/errors.ts';
import { partsOf } from '../config/parts.ts';
import type { WorkerConfig } from '../config/types.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import type { GroupAdmin } from './group-admin.ts';

type Members = ReadonlyMap<string, readonly string[]>;

export interface ReadinessParts {
  /** The parts of the pipeline, in the order of the way. */
  readonly roles: readonly WorkerRole[];
  readonly configs: readonly WorkerConfig[];
  readonly groups: GroupAdmin;
  /** Member ids seen on the worker's own Kafka connections, by group. */
  members(worker: WorkerRole): Members;
  /** What its relay has held back since it was started, if anything. */
  heldBack(worker: WorkerRole): string | undefined;
  /** Its dead members keep their places until their sessions end. */
  keepsPlaces(worker: WorkerRole): boolean;
}

export interface Readiness {
  /** Is every group of its parts (or, of any group, the first it has joined) stable with one of its members? */
  isReady(config: WorkerConfig, anyGroup: boolean): Promise<boolean>;
  /** What it does that waiting does not mend. */
  failed(config: WorkerConfig): FaultlineError | undefined;
}

/** Its relay keeps it from what is somebody else's, so it will never do what it is for. */
const strayed = (worker: WorkerRole, what: string): FaultlineError =>
  new FaultlineError(
    'worker',
    `${worker} ${what}: held back`,
    'Under a prefix a worker uses what its variables name, and nothing else: correct its `names` in faultline.config.ts, or the worker.',
  );

const playedTwice = (order: readonly WorkerRole[], one: WorkerConfig, other: WorkerConfig): FaultlineError => {
  const played = [...partsOf(one), ...partsOf(other)].map(({ role }) => role);
  const roles = order.filter((role) => played.includes(role));
  return new FaultlineError(
    'config',
    `${one.role} and ${other.role} are both members of each other's consumer groups: each of the two processes plays both parts`,
    `If one program plays both, say so and it is started once: one worker with roles: [${roles.map((role) => `'${role}'`).join(', ')}] instead of two.`,
  );
};

const joins = (members: Members, { consumerGroup, also = [] }: WorkerConfig): boolean =>
  [consumerGroup, ...also.map((part) => part.consumerGroup)].some((group) => members.has(group));

export const createReadiness = ({ configs, groups, ...parts }: ReadinessParts): Readiness => {
  /** Whoever is in the group and has passed nobody's relay is a dead process's member, whose request the broker read late. */
  const isKnown = (memberId: string): boolean =>
    configs.some(({ role }) => [...parts.members(role).values()].some((own) => own.includes(memberId)));

  const isStable = async (config: WorkerConfig, group: string): Promise<boolean> => {
    if (parts.members(config.role).get(group) === undefined) return false;
    const { state, members } = await groups.describe(group);
    if (!parts.keepsPlaces(config.role))
      for (const { memberId } of members) if (!isKnown(memberId)) await groups.remove(group, memberId);
    const own = parts.members(config.role).get(group) ?? [];
    return state === 'Stable' && members.some(({ memberId }) => own.includes(memberId));
  };

  return {
    isReady: async (config, anyGroup) => {
      const own = partsOf(config).map(({ consumerGroup }) => consumerGroup);
      const wanted = anyGroup ? [...parts.members(config.role).keys()].slice(0, 1) : [...new Set(own)];
      if (wanted.length === 0) return false;
      for (const group of wanted) if (!(await isStable(config, group))) return false;
      return true;
    },
    failed: (config) => {
      const what = parts.heldBack(config.role);
      if (what !== undefined) return strayed(config.role, what);
      const twin = configs.find(
        (other) =>
          other !== config &&
          partsOf(other).every(({ consumerGroup }) => consumerGroup !== config.consumerGroup) &&
          joins(parts.members(config.role), other) &&
          joins(parts.members(other.role), config),
      );
      return twin === undefined ? undefined : playedTwice(parts.roles, config, twin);
    },
  };
};
