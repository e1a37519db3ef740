/** The slot's worker processes: started with their own addresses, watched, and made to leave their groups when killed. */
import { FaultlineError } from '../../base/errors.ts';
import type { WorkerConfig } from '../../config/types.ts';
import type { Containers } from '../../environment/types.ts';
import type { RecordEvent } from '../../history/events.ts';
import { EVENT_TOPICS, WORKERS } from '../../pipeline/pipeline.ts';
import type { WorkerRole } from '../../pipeline/pipeline.ts';
import type { Ended } from '../../faults/types.ts';
import type { GroupAdmin } from './group-admin.ts';
import { startWorker, startWorkerContainer, waitReady } from '../../workers/worker.ts';
import type { StartWorkerOptions, WorkerProcess } from '../../workers/worker.ts';

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Wait until its own group is stable with it, any group, or do not wait at all. Default: own group. */
  readonly ready?: 'own-group' | 'any-group' | 'none';
}

export interface StopOptions {
  /** Its members leave their groups. Default true. */
  readonly leaveGroup?: boolean;
}

export interface WorkerControls {
  readonly roles: readonly WorkerRole[];
  /** Commits the topics' ends for every worker's group. No worker may run. */
  commitEnds(): Promise<void>;
  /** Commits offset 0 for the worker's group. The worker must not run. */
  commitBeginning(role: WorkerRole): Promise<void>;
  start(role: WorkerRole, options?: StartOptions): Promise<void>;
  stop(role: WorkerRole, options?: StopOptions): Promise<void>;
  /** SIGTERM, SIGKILL after its grace, and what `stop` does; how it ended, undefined when it did not run. */
  terminate(role: WorkerRole, options?: StopOptions): Promise<Ended | undefined>;
  pause(role: WorkerRole): Promise<void>;
  resume(role: WorkerRole): Promise<void>;
  isRunning(role: WorkerRole): boolean;
  /** Lives, and its consumer has not come as far as a group yet. */
  isStarting(role: WorkerRole): boolean;
  /** The number of its process; undefined when none runs. */
  processOf(role: WorkerRole): number | undefined;
  /** Its process exited, and nobody asked for it. */
  exitedByItself(role: WorkerRole): boolean;
  /** Called with the role of every worker that exits by itself from now on; returns how to stop. */
  onExit(listener: (role: WorkerRole) => void): () => void;
  /** Frees what crashed consumers of workers that live still hold: they have joined again under another id. */
  freeSuperseded(): Promise<void>;
  /** Records what lives and who is a member of each group. */
  look(): Promise<void>;
  killAll(): Promise<void>;
  /** Sends SIGKILL to every worker's process group and does not wait. */
  killNow(): void;
}

export interface WorkerWiring {
  /** What the worker gets as addresses. */
  addresses(role: WorkerRole): {
    readonly kafkaBrokers: string;
    readonly databaseUrl: string;
    readonly adminServiceUrl: string;
  };
  /** Member ids seen on the worker's own Kafka connections, by group. */
  members(role: WorkerRole): ReadonlyMap<string, readonly string[]>;
  /** Those of them that nobody will speak for again, though the worker lives. */
  supersededMembers(role: WorkerRole): ReadonlyMap<string, readonly string[]>;
  /** What its relay has held back since it was started, if anything. */
  heldBack(role: WorkerRole): string | undefined;
  /** Forgets what was seen, before a new process is started. */
  forgetMembers(role: WorkerRole): void;
  /** Ends every connection of the worker's relays. */
  closeConnections(role: WorkerRole): Promise<void>;
}

export interface WorkerControlsParts {
  readonly configs: readonly WorkerConfig[];
  readonly wiring: WorkerWiring;
  readonly groups: GroupAdmin;
  readonly record: RecordEvent;
  readonly spawn: Omit<StartWorkerOptions, 'addresses' | 'record' | 'extraEnv'>;
  /** Needed by workers that come as images. */
  readonly containers?: Containers;
}

/** Its relay keeps it from what is somebody else's, so it will never do what it is for. */
const strayed = (role: WorkerRole, what: string): FaultlineError =>
  new FaultlineError(
    'worker',
    `${role} ${what}, which lacks the prefix of this run: held back`,
    'It does not read that name from the variable that its `names` say: correct them in faultline.config.ts.',
  );

const topicOf = (role: WorkerRole): string => EVENT_TOPICS[WORKERS[role].consumes];

export const createWorkerControls = (parts: WorkerControlsParts): WorkerControls => {
  const { configs, wiring, groups, record } = parts;
  const processes = new Map<WorkerRole, WorkerProcess>();
  /** Containers that the engine is making at this moment. */
  const starting = new Map<WorkerRole, Promise<WorkerProcess>>();
  /** Workers whose dead members keep their places until their sessions end. */
  const keepingPlaces = new Set<WorkerRole>();
  const ready = new WeakSet<WorkerProcess>();
  const exitListeners = new Set<(role: WorkerRole) => void>();

  const configOf = (role: WorkerRole): WorkerConfig => {
    const config = configs.find((c) => c.role === role);
    if (config === undefined) throw new Error(`this worker set has no ${role}`);
    return config;
  };
  const alive = (role: WorkerRole): WorkerProcess | undefined => {
    const process = processes.get(role);
    return process?.exit === undefined ? process : undefined;
  };
  const exitedByItself = (role: WorkerRole): boolean => processes.get(role)?.exit?.requested === false;

  const isReady = async (role: WorkerRole, anyGroup: boolean): Promise<boolean> => {
    const seen = wiring.members(role);
    const group = anyGroup ? [...seen.keys()][0] : configOf(role).consumerGroup;
    const own = group === undefined ? [] : (seen.get(group) ?? []);
    const member = own.at(-1);
    if (group === undefined || member === undefined) return false;
    const { state, members } = await groups.describe(group);
    // Its own ids have all passed its relay. Another member is a dead process's, whose request to join the broker read late.
    const strangers = members.filter(({ memberId }) => !own.includes(memberId));
    if (!keepingPlaces.has(role)) for (const { memberId } of strangers) await groups.remove(group, memberId);
    return state === 'Stable' && members.some((m) => m.memberId === member);
  };

  const startContainer = async (
    config: WorkerConfig & { readonly image: string },
    given: StartWorkerOptions,
  ): Promise<WorkerProcess> => {
    const { containers } = parts;
    if (containers === undefined) throw new Error(`nothing was opened that runs the image of ${config.role}`);
    const coming = startWorkerContainer(config, { ...given, containers });
    starting.set(config.role, coming);
    try {
      return await coming;
    } finally {
      starting.delete(config.role);
    }
  };

  const start: WorkerControls['start'] = async (role, options = {}) => {
    const config = configOf(role);
    wiring.forgetMembers(role);
    const given = { ...parts.spawn, addresses: wiring.addresses(role), record, extraEnv: options.env ?? {} };
    const { image } = config;
    const process =
      image === undefined ? startWorker(config, given) : await startContainer({ ...config, image }, given);
    processes.set(role, process);
    void process.exited.then(({ requested }) => {
      if (processes.get(role) === process && !requested) for (const listener of [...exitListeners]) listener(role);
    });
    if (options.ready === 'none') return;
    await waitReady(process, {
      failed: () => {
        const what = wiring.heldBack(role);
        return what === undefined ? undefined : strayed(role, what);
      },
      isGroupReady: () => isReady(role, options.ready === 'any-group'),
      timeoutMs: config.ready.timeoutMs,
      ...(config.ready.log === undefined ? {} : { log: config.ready.log }),
      record,
    });
    ready.add(process);
  };

  /** Frees what a dead worker held: its own group's members, and those of whatever other group it was seen in. */
  const leave = async (role: WorkerRole): Promise<void> => {
    const own = configOf(role).consumerGroup;
    await groups.empty(own);
    for (const [group, seen] of wiring.members(role))
      for (const memberId of group === own ? [] : seen) await groups.remove(group, memberId);
  };

  const stop: WorkerControls['stop'] = async (role, { leaveGroup = true } = {}) => {
    await starting.get(role)?.catch(() => undefined);
    await processes.get(role)?.kill();
    await wiring.closeConnections(role);
    if (!leaveGroup) {
      keepingPlaces.add(role);
      return;
    }
    keepingPlaces.delete(role);
    await leave(role);
    wiring.forgetMembers(role);
  };

  const freed = new Set<string>();
  const free = async (group: string, memberId: string): Promise<void> => {
    freed.add(memberId);
    await groups.remove(group, memberId);
  };
  const lookAt = async (group: string): Promise<void> => {
    const { state, members } = await groups.describe(group);
    record({ kind: 'offsets.group-described', source: 'offsets', group, state, members });
  };

  return {
    roles: configs.map((c) => c.role),
    commitEnds: async () => {
      for (const { role, consumerGroup } of configs) await groups.commitEnds(consumerGroup, topicOf(role));
    },
    commitBeginning: (role) => groups.commitBeginning(configOf(role).consumerGroup, topicOf(role)),
    start,
    stop,
    terminate: async (role, options) => {
      const { stopGraceMs: graceMs } = configOf(role);
      const exit = await alive(role)?.terminate(graceMs);
      await stop(role, options);
      return exit === undefined ? undefined : { code: exit.code, signal: exit.signal, graceMs };
    },
    pause: async (role) => alive(role)?.pause(),
    resume: async (role) => alive(role)?.resume(),
    isRunning: (role) => alive(role) !== undefined,
    isStarting: (role) => {
      const process = alive(role);
      return process !== undefined && !ready.has(process) && wiring.members(role).size === 0;
    },
    processOf: (role) => alive(role)?.pid,
    exitedByItself,
    onExit: (listener) => {
      exitListeners.add(listener);
      return () => void exitListeners.delete(listener);
    },
    freeSuperseded: async () => {
      for (const { role } of configs)
        for (const [group, silent] of wiring.supersededMembers(role))
          for (const memberId of silent) if (!freed.has(memberId)) await free(group, memberId);
    },
    look: async () => {
      for (const { role, consumerGroup } of configs) {
        const process = processes.get(role);
        if (process === undefined)
          record({ kind: 'process.seen', source: 'process', worker: role, alive: false, state: 'absent' });
        else process.seen();
        await lookAt(consumerGroup);
      }
      // Whatever other groups they are in have something to read as well.
      const configured = new Set(configs.map(({ consumerGroup }) => consumerGroup));
      const further = new Set(configs.flatMap(({ role }) => [...wiring.members(role).keys()]));
      for (const group of further) if (!configured.has(group)) await lookAt(group);
    },
    killAll: async () => {
      await Promise.allSettled(starting.values());
      await Promise.all([...processes.values()].map((p) => p.kill()));
      await Promise.all(configs.map(({ role }) => wiring.closeConnections(role)));
    },
    killNow: () => {
      for (const process of processes.values()) void process.kill();
    },
  };
};
