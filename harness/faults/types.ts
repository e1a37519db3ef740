/** What a fault is to the harness: something injected into a slot, that fires, and that can always be healed. */
import type { Condition } from '../history/conditions.ts';
import type { Disturbed, FaultAbout } from '../history/events.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { EventType, Table, Topic, Upstream, WorkerRole } from '../pipeline/vocabulary.ts';
import type { FaultSpec, Misconfiguration } from '../scenario/types.ts';

export type FaultKindName = FaultSpec['kind'];
export type SpecOf<K extends FaultKindName> = Extract<FaultSpec, { kind: K }>;

/** What of the slot a fault touches; decides what is renewed before the next trial. */
export type Touches = 'nothing' | 'workers' | 'everything';

/** The end of a process that was asked to stop. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** How long it was given, ms. */
  readonly graceMs: number;
}

/** The parts of a slot that faults may strike. */
export interface FaultContext {
  readonly workers: {
    /** SIGKILL of every process of the worker; its members leave the group unless the scenario keeps them. */
    stop(role: WorkerRole): Promise<void>;
    /** Starts it and, unless told not to, waits until its group is stable with it. Offsets are not primed. */
    start(
      role: WorkerRole,
      options?: {
        readonly env?: Readonly<Record<string, string>>;
        readonly ready?: 'own-group' | 'any-group' | 'none';
      },
    ): Promise<void>;
    /** The same for healing: one that exits by itself before it is ready is left to what restarts exited workers. */
    startAgain(role: WorkerRole): Promise<void>;
    pause(role: WorkerRole): Promise<void>;
    resume(role: WorkerRole): Promise<void>;
    /** SIGTERM, SIGKILL after its grace; how it ended. Undefined when it did not run. Its members leave as by `stop`. */
    terminate(role: WorkerRole): Promise<Ended | undefined>;
    isRunning(role: WorkerRole): boolean;
    /** One part of each process that plays one of these. */
    apart(roles: readonly WorkerRole[]): readonly WorkerRole[];
    /** The number of its process; undefined when none runs. */
    processOf(role: WorkerRole): number | undefined;
    /** The environment under which it is misconfigured; throws FaultlineError when its configuration names none. */
    misconfigured(role: WorkerRole, setting: Misconfiguration): Readonly<Record<string, string>>;
  };
  readonly topics: {
    remove(topic: Topic): Promise<void>;
    create(topic: Topic): Promise<void>;
    /** Roles that consume it. */
    consumersOf(topic: Topic): readonly WorkerRole[];
    /** Commits offset 0 on all partitions for the role's group, which must have no member. */
    commitBeginning(role: WorkerRole): Promise<void>;
  };
  readonly api: {
    behave(
      subject: string,
      options: {
        /** Left out: the pipeline's only one. */
        readonly service?: string;
        readonly behaviour: string;
        readonly times?: number;
        readonly status?: number;
        readonly delayMs?: number;
        readonly until?: Promise<unknown>;
      },
      onFired: (call: number) => void,
    ): { heal(): void };
  };
  readonly wires: {
    /** New connections deliver nothing from now on; those that are open do not either. */
    withhold(role: WorkerRole, upstream: Upstream): Promise<void>;
    /** Resets the connections that are open. */
    cut(role: WorkerRole, upstream: Upstream): Promise<void>;
    /** Connections the worker has made to the upstream in this trial; `refused`: those that failed. */
    attempts(role: WorkerRole, upstream: Upstream, which?: 'all' | 'refused'): number;
    /** PostgreSQL's processes that serve the worker's open connections. One that is encrypted does not say. */
    backends(role: WorkerRole): readonly number[];
    away(role: WorkerRole, upstream: Upstream): Promise<void>;
    restore(role: WorkerRole, upstream: Upstream): Promise<void>;
  };
  /** From now on whoever writes to the table waits, and reads go on. */
  holdWrites(table: Table): Promise<{
    /** Backends that wait for it at this moment. */
    waiting(): Promise<readonly number[]>;
    /** Ends backends, so that what they wait to write is not written. */
    end(backends: readonly number[]): Promise<void>;
    /** Lets everybody write again. Safe to call twice. */
    release(): Promise<void>;
  }>;
  /** Inserts the processed_events row of the subject and event in a transaction tagged with the writer; `remove` takes it away again. */
  markGuard(subject: string, event: EventType, writer: string): Promise<{ remove(): Promise<void> }>;
  /** Calls back once, as soon as the condition holds; returns how to stop waiting. */
  when(condition: Condition, then: () => void): () => void;
  /** Records that the fault struck. Only the first call counts. */
  fired(detail: string): void;
  /** Problems of the harness in the background make the trial unknown. */
  failed(error: unknown): void;
}

/** The same facts as an event's, before it is known which worker plays a role. */
export interface About extends Omit<FaultAbout, 'workers' | 'disturbs'> {
  readonly workers?: readonly WorkerRole[];
  readonly disturbs: Disturbed;
}

export interface ActiveFault {
  /** For faults that begin only once the scenario has acted. */
  readonly afterAct?: () => Promise<void>;
  /** Undoes the fault. Safe when it never fired. */
  heal(): Promise<void>;
}

export interface Fault<K extends FaultKindName> {
  readonly kind: K;
  readonly touches: Touches;
  /** Topics must be as new before this fault is injected. */
  readonly needsFreshTopics?: (spec: SpecOf<K>) => boolean;
  /** An upstream was out of a worker's reach: its client may wait a while before it connects again. */
  readonly tookUpstreamAway?: true;
  /** What it strikes, for people. */
  target(spec: SpecOf<K>, pipeline: Pipeline): string;
  /** What it strikes, as facts for those who judge; by roles, which the trial turns into the names of its workers. */
  about(spec: SpecOf<K>, pipeline: Pipeline): About;
  /** How it is undone, in words: written to disk before it is injected. */
  healing(spec: SpecOf<K>, pipeline: Pipeline): string;
  inject(spec: SpecOf<K>, context: FaultContext): Promise<ActiveFault>;
}
