/** The slot's worker processes: started with their own addresses, watched, and made to leave their groups when killed. */
import { consumerGroupsOf, partsOf, playerOf } from '../config/parts.ts';
import type { WorkerConfig, WorkerPart } from '../config/types.ts';
import type { Containers } from '../addresses/containers.ts';
import type { RecordEvent } from '../history/events.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import type { Ended } from '../faults/types.ts';
import type { GroupAdmin } from './group-admin.ts';
import { createReadiness } from './readiness.ts';
import { createLogBudget, createOutputLag, startWorker, startWorkerContainer, waitReady } from '../workers/worker.ts';
import type { Exit, OutputLag, StartWorkerOptions, WorkerProcess } from '../workers/worker.ts';

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Wait until its own group is stable with it, any group, or do not wait at all. Default: own group. */
  readonly ready?: 'own-group' | 'any-group' | 'none';
}

export interface StopOptions {
  /** Its members leave their groups. Default true. */
  readonly leaveGroup?: boolean;
}

interface ExitListener {
  readonly heard: (worker: WorkerRole) => void;
  readonly wants: (worker: WorkerRole, exit: Exit) => boolean;
}

/** Worker processes by the parts they play: one that plays several is the same process under each of them. */
export interface WorkerControls {
  /** The workers' names: the first part of each. */
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
  /** Does its configuration say that it is started again at once after such an exit, also while a fault lasts? */
  restartsAtOnce(role: WorkerRole, exit: Pick<Exit, 'code'>): boolean;
  /**
   * Called with the name of every worker that exits by itself from now on, in a way that is wanted (default: any), to
   * start it again: the exit is recorded with that. Returns how to stop.
   */
  onExit(listener: (worker: WorkerRole) => void, wants?: (worker: WorkerRole, exit: Exit) => boolean): () => void;
  /** Frees what crashed consumers of workers that live still hold: they have joined again under another id. */
  freeSuperseded(): Promise<void>;
  /** Is this process of this machine a worker's, or was it started by one? Also when that one is gone. */
  owns(pid: number): boolean;
  /** Somebody has connected through the worker's relays: were it dead or paused, it would not be that. */
  noticeConnection(worker: string): void;
  /** How long what each had written waited to be read. */
  readonly outputLags: ReadonlyMap<WorkerRole, OutputLag>;
  /** Records of every worker how much of its output was left out, and the last of it. */
  tellLeftOut(): void;
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
    readonly serviceUrls: Readonly<Record<string, string>>;
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
  readonly pipeline: Pipeline;
  readonly configs: readonly WorkerConfig[];
  readonly wiring: WorkerWiring;
  readonly groups: GroupAdmin;
  readonly record: RecordEvent;
  readonly spawn: Omit<StartWorkerOptions, 'addresses' | 'record' | 'extraEnv' | 'logBudget' | 'outputLag'>;
  /** Tells one trial from another: of each so much output is kept. */
  readonly trial: () => unknown;
  /** Needed by workers that come as images. */
  readonly containers?: Containers;
}

export const createWorkerControls = (parts: WorkerControlsParts): WorkerControls => {
  const { configs, wiring, groups, record, pipeline } = parts;
  const processes = new Map<WorkerRole, WorkerProcess>();
  const logBudgets = new Map(configs.map(({ role }) => [role, createLogBudget(parts.trial)]));
  const outputLags = new Map(configs.map(({ role }) => [role, createOutputLag()]));
  /** Containers that the engine is making at this moment. */
  const starting = new Map<WorkerRole, Promise<WorkerProcess>>();
  /** Workers whose dead members keep their places until their sessions end. */
  const keepingPlaces = new Set<WorkerRole>();
  const ready = new WeakSet<WorkerProcess>();
  const exitListeners = new Set<ExitListener>();

  const configOf = (role: WorkerRole): WorkerConfig => {
    const config = playerOf(configs, role);
    if (config === undefined) throw new Error(`this worker set has no ${role}`);
    return config;
  };
  const roleNamed = (role: WorkerRole): WorkerRole => configOf(role).role;
  const allParts: readonly WorkerPart[] = configs.flatMap(partsOf);
  const partOf = (role: WorkerRole): WorkerPart => {
    const part = allParts.find((each) => each.role === role);
    if (part === undefined) throw new Error(`this worker set has no ${role}`);
    return part;
  };
  const alive = (role: WorkerRole): WorkerProcess | undefined => {
    const process = processes.get(roleNamed(role));
    return process?.exit === undefined ? process : undefined;
  };
  const exitedByItself = (role: WorkerRole): boolean => processes.get(roleNamed(role))?.exit?.requested === false;
  const listenersTo = (worker: WorkerRole, exit: Exit): readonly ExitListener[] =>
    exit.requested ? [] : [...exitListeners].filter(({ wants }) => wants(worker, exit));

  const readiness = createReadiness({
    roles: pipeline.roles,
    configs,
    groups,
    members: wiring.members,
    heldBack: wiring.heldBack,
    keepsPlaces: (worker) => keepingPlaces.has(worker),
  });

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
    const worker = config.role;
    wiring.forgetMembers(worker);
    const given: StartWorkerOptions = {
      ...parts.spawn,
      logBudget: logBudgets.get(worker) ?? createLogBudget(parts.trial),
      outputLag: outputLags.get(worker) ?? createOutputLag(),
      addresses: wiring.addresses(worker),
      record,
      extraEnv: options.env ?? {},
      restarts: (exit) => listenersTo(worker, exit).length > 0,
    };
    const { image } = config;
    const process =
      image === undefined ? startWorker(config, given) : await startContainer({ ...config, image }, given);
    processes.set(worker, process);
    void process.exited.then((exit) => {
      if (processes.get(worker) === process) for (const { heard } of listenersTo(worker, exit)) heard(worker);
    });
    if (options.ready === 'none') return;
    await waitReady(process, {
      failed: () => readiness.failed(config),
      joined: () => [...wiring.members(worker).keys()],
      isGroupReady: () => readiness.isReady(config, options.ready === 'any-group'),
      timeoutMs: config.ready.timeoutMs,
      ...(config.ready.log === undefined ? {} : { log: config.ready.log }),
      record,
    });
    ready.add(process);
  };

  /**
   * Frees what a dead worker held: the members of its parts' groups, and whoever was seen of it in these or others. One that was given its
   * id and has not joined under it yet is nowhere described, and the group waits for it all the same.
   */
  const leave = async (config: WorkerConfig): Promise<void> => {
    for (const group of consumerGroupsOf([config])) await groups.empty(group);
    for (const [group, seen] of wiring.members(config.role))
      for (const memberId of seen) await groups.remove(group, memberId);
  };

  const stop: WorkerControls['stop'] = async (role, { leaveGroup = true } = {}) => {
    const config = configOf(role);
    const worker = config.role;
    await starting.get(worker)?.catch(() => undefined);
    await processes.get(worker)?.kill();
    await wiring.closeConnections(worker);
    if (!leaveGroup) {
      keepingPlaces.add(worker);
      return;
    }
    keepingPlaces.delete(worker);
    await leave(config);
    wiring.forgetMembers(worker);
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
      for (const { role, consumerGroup } of allParts)
        await groups.commitEnds(consumerGroup, pipeline.consumedTopic(role));
    },
    commitBeginning: (role) => groups.commitBeginning(partOf(role).consumerGroup, pipeline.consumedTopic(role)),
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
      return process !== undefined && !ready.has(process) && wiring.members(roleNamed(role)).size === 0;
    },
    processOf: (role) => alive(role)?.pid,
    exitedByItself,
    restartsAtOnce: (role, { code }) => {
      const { restart } = configOf(role);
      return restart === 'on-exit' || (restart === 'on-success' && code === 0);
    },
    onExit: (heard, wants = () => true) => {
      const listener = { heard, wants };
      exitListeners.add(listener);
      return () => void exitListeners.delete(listener);
    },
    freeSuperseded: async () => {
      for (const { role } of configs)
        for (const [group, silent] of wiring.supersededMembers(role))
          for (const memberId of silent) if (!freed.has(memberId)) await free(group, memberId);
    },
    owns: (pid) => [...processes.values()].some((process) => process.owns(pid)),
    noticeConnection: (worker) => {
      for (const [name, process] of processes) if (name === worker) process.lookAround();
    },
    outputLags,
    tellLeftOut: () => {
      for (const process of processes.values()) process.tellLeftOut();
    },
    look: async () => {
      for (const { role } of configs) {
        const process = processes.get(role);
        if (process === undefined)
          record({ kind: 'process.seen', source: 'process', worker: role, alive: false, state: 'absent' });
        else process.seen();
      }
      // Whatever other groups they are in have something to read as well.
      const further = configs.flatMap(({ role }) => [...wiring.members(role).keys()]);
      for (const group of new Set([...consumerGroupsOf(configs), ...further])) await lookAt(group);
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
