/** The slot's worker processes: started with their own addresses, watched, and made to leave their groups when killed. */
import type { WorkerConfig } from '../../config/types.ts';
import type { GroupMember, NewEvent } from '../../history/events.ts';
import { EVENT_TOPICS, WORKERS } from '../../pipeline/pipeline.ts';
import type { WorkerRole } from '../../pipeline/pipeline.ts';
import type { GroupAdmin } from './group-admin.ts';
import { startWorker, waitReady } from '../../workers/worker.ts';
import type { StartWorkerOptions, WorkerProcess } from '../../workers/worker.ts';

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Wait until its own group is stable with it, any group, or do not wait at all. Default: own group. */
  readonly ready?: 'own-group' | 'any-group' | 'none';
}

export interface WorkerControls {
  readonly roles: readonly WorkerRole[];
  /** Commits the topics' ends for every worker's group. Groups must have no member. */
  commitEnds(): Promise<void>;
  commitBeginning(role: WorkerRole): Promise<void>;
  start(role: WorkerRole, options?: StartOptions): Promise<void>;
  stop(role: WorkerRole, options?: { readonly leaveGroup?: boolean }): Promise<void>;
  pause(role: WorkerRole): void;
  resume(role: WorkerRole): void;
  isRunning(role: WorkerRole): boolean;
  /** Records what lives and who is a member of each group. */
  look(): Promise<void>;
  /** As an orchestrator would: from now on a worker that exited by itself is started again. Returns how to stop. */
  restartExited(onError: (error: unknown) => void): () => void;
  /** Resolves once every worker that had exited by itself runs again. */
  exitedAreBack(): Promise<void>;
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
  /** Forgets what was seen, before a new process is started. */
  forgetMembers(role: WorkerRole): void;
  /** Ends every connection of the worker's relays. */
  closeConnections(role: WorkerRole): Promise<void>;
}

/** A crash loop is slowed down as an orchestrator would: first at once, then doubling up to this. */
const RESTART_BACKOFF_MAX_MS = 2_000;
const RESTART_BACKOFF_FIRST_MS = 50;

export const createWorkerControls = (parts: {
  readonly configs: readonly WorkerConfig[];
  readonly wiring: WorkerWiring;
  readonly groups: GroupAdmin;
  readonly record: (event: NewEvent) => number;
  readonly spawn: Omit<StartWorkerOptions, 'addresses' | 'record' | 'extraEnv'>;
}): WorkerControls => {
  const { configs, wiring, groups, record } = parts;
  const processes = new Map<WorkerRole, WorkerProcess>();
  /** Workers that are being brought back; each resolves when its first attempt is done. */
  const returning = new Map<WorkerRole, Promise<void>>();
  let supervision: { readonly onError: (error: unknown) => void; readonly ended: Promise<void> } | undefined;

  const configOf = (role: WorkerRole): WorkerConfig => {
    const config = configs.find((c) => c.role === role);
    if (config === undefined) throw new Error(`this worker set has no ${role}`);
    return config;
  };
  const alive = (role: WorkerRole): WorkerProcess | undefined => {
    const process = processes.get(role);
    return process?.exit === undefined ? process : undefined;
  };

  const describe = async (group: string): Promise<{ state: string; members: readonly GroupMember[] }> => {
    const { state, members } = await groups.describe(group);
    return { state, members };
  };

  const isReady = async (role: WorkerRole, anyGroup: boolean): Promise<boolean> => {
    const seen = wiring.members(role);
    const group = anyGroup ? [...seen.keys()][0] : configOf(role).consumerGroup;
    if (group === undefined) return false;
    const member = seen.get(group)?.at(-1);
    if (member === undefined) return false;
    const { state, members } = await describe(group);
    return state === 'Stable' && members.some((m) => m.memberId === member);
  };

  const start = async (role: WorkerRole, options: StartOptions = {}): Promise<void> => {
    const config = configOf(role);
    wiring.forgetMembers(role);
    const process = startWorker(config, {
      ...parts.spawn,
      addresses: wiring.addresses(role),
      record,
      extraEnv: options.env ?? {},
    });
    processes.set(role, process);
    void process.exited.then(() => {
      if (supervision !== undefined && processes.get(role) === process && exitedByItself(role)) void ensureBack(role);
    });
    if (options.ready === 'none') return;
    await waitReady(process, {
      isGroupReady: () => isReady(role, options.ready === 'any-group'),
      timeoutMs: config.ready.timeoutMs,
      ...(config.ready.log === undefined ? {} : { log: config.ready.log }),
      record,
    });
  };

  const remove = async (group: string, memberId: string): Promise<void> => {
    if (await groups.leave(group, memberId))
      record({ kind: 'offsets.member-removed', source: 'harness', group, memberId });
  };
  /** Frees what a dead worker held: its own group's members, and those of whatever other group it was seen in. */
  const leave = async (role: WorkerRole): Promise<void> => {
    const own = configOf(role).consumerGroup;
    const { members } = await describe(own);
    for (const { memberId } of members) await remove(own, memberId);
    for (const [group, seen] of wiring.members(role))
      for (const memberId of group === own ? [] : seen) await remove(group, memberId);
  };

  const stop: WorkerControls['stop'] = async (role, { leaveGroup = true } = {}) => {
    const process = processes.get(role);
    if (process !== undefined) await process.kill();
    await wiring.closeConnections(role);
    if (!leaveGroup) return;
    await leave(role);
    wiring.forgetMembers(role);
  };

  /** Exited, and nobody asked for it. */
  const exitedByItself = (role: WorkerRole): boolean => {
    const exit = processes.get(role)?.exit;
    return exit !== undefined && !exit.requested;
  };

  /** One attempt to bring it back; false when it died again before it was ready. */
  const attempt = async (role: WorkerRole): Promise<boolean> => {
    await wiring.closeConnections(role);
    await leave(role);
    try {
      await start(role);
      return true;
    } catch (error) {
      if (exitedByItself(role)) return false;
      throw error;
    }
  };

  /** Attempts until it stays, for as long as exited workers are restarted at all. `firstDone` hears of the first attempt. */
  const bringBack = async (role: WorkerRole, firstDone: () => void): Promise<void> => {
    let backoff = RESTART_BACKOFF_FIRST_MS;
    while (supervision !== undefined && exitedByItself(role)) {
      const back = await attempt(role).finally(firstDone);
      if (back) return;
      await Promise.race([new Promise((resolve) => setTimeout(resolve, backoff)), supervision.ended]);
      backoff = Math.min(RESTART_BACKOFF_MAX_MS, backoff * 2);
    }
  };

  /** Starts bringing it back unless that is under way; resolves when the first attempt is done. */
  const ensureBack = (role: WorkerRole): Promise<void> => {
    const underWay = returning.get(role);
    if (underWay !== undefined) return underWay;
    const first = new Promise<void>((resolve) => {
      bringBack(role, resolve)
        .catch((error: unknown) => supervision?.onError(error))
        .finally(() => {
          returning.delete(role);
          resolve();
        });
    });
    returning.set(role, first);
    return first;
  };

  return {
    roles: configs.map((c) => c.role),
    commitEnds: async () => {
      for (const { role, consumerGroup } of configs)
        await groups.commitEnds(consumerGroup, EVENT_TOPICS[WORKERS[role].consumes]);
    },
    commitBeginning: (role) =>
      groups.commitBeginning(configOf(role).consumerGroup, EVENT_TOPICS[WORKERS[role].consumes]),
    start,
    stop,
    pause: (role) => alive(role)?.pause(),
    resume: (role) => alive(role)?.resume(),
    isRunning: (role) => alive(role) !== undefined,
    look: async () => {
      for (const { role, consumerGroup } of configs) {
        const process = processes.get(role);
        if (process === undefined)
          record({ kind: 'process.seen', source: 'process', worker: role, alive: false, state: 'absent' });
        else process.seen();
        const { state, members } = await describe(consumerGroup);
        record({ kind: 'offsets.group-described', source: 'offsets', group: consumerGroup, state, members });
      }
    },
    restartExited: (onError) => {
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      supervision = { onError, ended };
      for (const { role } of configs) if (exitedByItself(role)) void ensureBack(role);
      return () => {
        supervision = undefined;
        end();
      };
    },
    exitedAreBack: async () => {
      await Promise.all(returning.values());
    },
    killAll: async () => {
      await Promise.all([...processes.values()].map((p) => p.kill()));
      await Promise.all(configs.map(({ role }) => wiring.closeConnections(role)));
    },
    killNow: () => {
      for (const process of processes.values()) void process.kill();
    },
  };
};
