/** Real parts for contracts: one environment with one slot, its workers started when asked, and everything it records. */
import { playerOf } from '../../config/parts.ts';
import { FaultlineError } from '../../base/errors.ts';
import type { Config, WorkerSet } from '../../config/types.ts';
import { DEFAULT_ENVIRONMENT } from '../../environment/start.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import { diedOf } from '../../environment/died.ts';
import type { Address } from '../../addresses/address.ts';
import type { Environment } from '../../environment/types.ts';
import type { EventKind, HistoryEvent } from '../../history/events.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import type { Message } from '../../pipeline/message.ts';
import type { Place } from '../../pipeline/pacts.ts';
import type { StubDatabase } from '../../pipeline/stub.ts';
import type { WorkerRole } from '../../pipeline/vocabulary.ts';
import { requireOwnParts } from '../own-parts.ts';
import { createRecorder } from '../../recorder/recorder.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { openOrchestrator } from '../../slot/orchestrator.ts';
import { openSlotGrounds } from '../../slot/grounds.ts';
import type { SlotGrounds } from '../../slot/grounds.ts';
import type { Slot } from '../../slot/slot.ts';

export interface BenchOptions {
  readonly config: Config;
  readonly workers: WorkerSet;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: (line: string) => void;
  /** Where Kafka, PostgreSQL and Toxiproxy come from. Default: auto. */
  readonly environment?: EnvironmentChoice;
  /** How long a worker may take for one thing, ms. Default 90 s. */
  readonly deadlineMs?: number;
}

export interface WaitOptions {
  readonly deadlineMs?: number;
  /** Whose doing it is. */
  readonly by?: WorkerRole;
}

export interface Bench {
  readonly slot: Slot;
  readonly set: WorkerSet;
  /** The workers' database: what is written here is recorded as the contracts' own. */
  readonly database: StubDatabase;
  /** Recorded so far, of one kind. */
  of<K extends EventKind>(kind: K): readonly HistoryEvent<K>[];
  /**
   * Waits until `find` finds something in what is recorded, at most `deadlineMs`; not much longer once the worker that it is to
   * come of has exited by itself. Errors: FaultlineError 'worker' with what was waited for.
   */
  until<T>(what: string, find: () => T | undefined, options?: WaitOptions): Promise<T>;
  /** Where the stub of the service that it calls answers a worker, on this machine. */
  stubFor(role: WorkerRole): Promise<Address>;
  /** Publishes as the harness; resolves with where the record is. */
  publish(message: Message): Promise<Place>;
  /** Has the worker's group committed past the record? */
  isPast(role: WorkerRole, place: Place): boolean;
  /** What of the environment has ended, when something failed: then nothing that failed is a result. */
  died(): Promise<FaultlineError | undefined>;
  /** Workers that have exited by themselves and are not started again by their configuration: who, and how. */
  gone(): readonly string[];
  /** Kills the workers, commits the topics' ends, so that nothing from before is read, and starts these anew. */
  restart(roles: readonly WorkerRole[]): Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
  /** The same without waiting. */
  kill(): void;
}

/** The real workers take up to 30 s for their five attempts before they give an event up, and start slowly under load. */
const DEFAULT_DEADLINE_MS = 90_000;
const LOOK_EVERY_MS = 25;
/** What a worker did before it exited is recorded within this. */
const LAST_WORDS_MS = 5_000;
const LOOPBACK = '127.0.0.1';
/** As whom records and rows are written that an interaction begins with. */
const WRITER = 'contracts';

/** Where the stub listens for workers. */
const hostIn = ({ inside }: Environment): string => inside?.harness.listen ?? LOOPBACK;

const calledBy = ({ pipeline }: WorkerSet, role: string): string => pipelineOf(pipeline).stage(role).calls ?? '';

/** Opens it. Errors: FaultlineError 'setup', 'environment', 'config'. */
export const openBench = async (
  options: BenchOptions & {
    /** Opens what workers reach as the services, at an address of this machine; gives their ports. Default: the stubs. */
    readonly openServices?: (host: string) => Promise<Readonly<Record<string, number>>>;
  },
): Promise<Bench> => {
  const { config, workers: set, env, progress, openServices, deadlineMs = DEFAULT_DEADLINE_MS } = options;
  const choice = options.environment ?? DEFAULT_ENVIRONMENT;
  requireOwnParts(choice);
  const events: HistoryEvent[] = [];
  const recorder = createRecorder(() => performance.now());
  recorder.attach({ append: (event) => void events.push(event) }, []);

  return openSlotGrounds(
    {
      config,
      workers: set,
      recorder,
      environment: choice,
      env,
      progress,
      openInsteadOfStubs: openServices === undefined ? undefined : (environment) => openServices(hostIn(environment)),
    },
    async (grounds) => {
      await grounds.slot.topics.createAll();
      return benchOf({ grounds, set, events, subscribe: recorder.subscribe, deadlineMs });
    },
  );
};

interface BenchParts {
  readonly grounds: SlotGrounds;
  readonly set: WorkerSet;
  readonly events: readonly HistoryEvent[];
  readonly subscribe: Recorder['subscribe'];
  readonly deadlineMs: number;
}

const ENDED = new FaultlineError('interrupted', 'the workers and their environment were ended');

const benchOf = ({ grounds, set, events, subscribe, deadlineMs: longest }: BenchParts): Bench => {
  const { environment, slot } = grounds;
  const host = hostIn(environment);
  const death = environment.died.then((error) => {
    throw error;
  });
  death.catch(() => undefined);
  let giveUp = (_error: Error): void => undefined;
  const closing = new Promise<never>((_resolve, reject) => (giveUp = reject));
  closing.catch(() => undefined);
  /** Nothing is waited for any more once a part of the environment has ended, or this bench is being closed. */
  const alive = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await Promise.race([death, closing, work]);
    } catch (error) {
      if (error instanceof FaultlineError) throw error;
      // A broken connection says less than why it broke.
      throw (await diedOf(environment)) ?? error;
    }
  };

  const of = <K extends EventKind>(kind: K): readonly HistoryEvent<K>[] =>
    events.filter((event) => event.kind === kind) as unknown as readonly HistoryEvent<K>[];
  const lastWords = (): string => {
    const lines = of('process.log').slice(-5);
    return lines.length === 0 ? '' : `; the workers' last lines:\n${lines.map(({ line }) => `  ${line}`).join('\n')}`;
  };

  const configOf = (role: WorkerRole) => {
    const found = playerOf(set.workers, role);
    if (found === undefined)
      throw new FaultlineError(
        'config',
        `the worker set ${set.name} has no ${role}`,
        `Configure one, or choose another set.`,
      );
    return found;
  };

  const exitOf = (role: WorkerRole): string | undefined => {
    const { role: worker } = configOf(role);
    if (slot.workers.isRunning(worker) || !slot.workers.exitedByItself(worker)) return undefined;
    const exit = of('process.exited').findLast((each) => each.worker === worker);
    if (exit === undefined || slot.workers.restartsAtOnce(worker, exit)) return undefined;
    return exit.signal === null ? `exited with code ${exit.code}` : `ended by ${exit.signal}`;
  };

  const until = async <T>(
    what: string,
    find: () => T | undefined,
    { deadlineMs = longest, by }: WaitOptions = {},
  ): Promise<T> => {
    const already = find();
    if (already !== undefined) return already;
    let stop = (): void => undefined;
    const waiting = new Promise<T>((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      const unsubscribe = subscribe(look);
      const failed = (why: string): void => {
        stop();
        const hint = 'Run the scenario healthy with these workers: it shows where they stop.';
        reject(new FaultlineError('worker', `${why}${lastWords()}`, hint));
      };
      let exited: NodeJS.Timeout | undefined;
      const lookAround = (): void => {
        // Not everything that is waited for is recorded.
        look();
        const exit = by === undefined ? undefined : exitOf(by);
        if (exit === undefined || exited !== undefined) return;
        exited = setTimeout(() => failed(`the ${by} ${exit} before ${what} was there`), LAST_WORDS_MS);
      };
      const looking = setInterval(lookAround, LOOK_EVERY_MS);
      const timer = setTimeout(() => failed(`waited ${deadlineMs / 1000} s in vain for ${what}`), deadlineMs);
      stop = (): void => {
        unsubscribe();
        clearInterval(looking);
        clearTimeout(timer);
        clearTimeout(exited);
      };
    });
    return alive(waiting).finally(() => stop());
  };

  let closed: Promise<void> | undefined;
  // Workers that leave after each event are started again, as their configuration says.
  const orchestrator = openOrchestrator(slot.workers, {
    leaveGroup: true,
    wants: (worker, exit) => slot.workers.restartsAtOnce(worker, exit),
    onError: (error) => giveUp(error instanceof Error ? error : new Error(String(error))),
  });

  const close = async (): Promise<void> => {
    giveUp(ENDED);
    try {
      await orchestrator.stop();
    } finally {
      await grounds.close();
    }
  };

  return {
    slot,
    set,
    database: {
      query: (text, values) => slot.database.query(text, values),
      write: (work) =>
        slot.database.writeAs(WRITER, (client) => work((text, values = []) => client.query(text, [...values]))),
    },
    of,
    until,
    stubFor: async (role) => ({ host, port: await slot.services.of(calledBy(set, role)).listenFor(role) }),
    publish: async (message) => {
      await alive(slot.produce(message, WRITER));
      const last = of('kafka.produced').at(-1);
      if (last === undefined) throw new Error('a record was produced and not recorded');
      return { topic: last.topic, partition: last.partition, offset: last.offset };
    },
    isPast: (role, { topic, partition, offset }) =>
      of('offsets.committed').some(
        (commit) =>
          commit.group === configOf(role).consumerGroup &&
          commit.topic === topic &&
          commit.partition === partition &&
          commit.offset > offset,
      ),
    gone: () =>
      slot.workers.roles.flatMap((role) => {
        const exit = exitOf(role);
        return exit === undefined ? [] : [`the ${role} ${exit}`];
      }),
    restart: async (roles) => {
      roles.forEach(configOf);
      await alive(Promise.all(slot.workers.roles.map((role) => slot.workers.stop(role))));
      await alive(slot.workers.commitEnds());
      await alive(Promise.all(roles.map((role) => slot.workers.start(role))));
    },
    died: async () => (closed === undefined ? diedOf(environment) : ENDED),
    close: () => (closed ??= close()),
    kill: grounds.kill,
  };
};
