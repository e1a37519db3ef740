/** A slot: database, topics, stub, wires, worker processes and recorder in one environment, serving many trials. */
import { randomUUID } from 'node:crypto';
import { openTogether } from '../base/opened.ts';
import type { Opened } from '../base/opened.ts';
import type { Reaper } from '../base/reaper.ts';
import type { Config, WorkerSet } from '../config/types.ts';
import { createSlotDatabase } from '../database/database.ts';
import type { SlotDatabase } from '../database/slot-database.ts';
import { checkPending } from '../database/own-rows.ts';
import type { Environment } from '../environment/types.ts';
import type { NewEvent } from '../history/events.ts';
import type { Message } from '../pipeline/message.ts';
import { namesUnder } from '../pipeline/names.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { PollLag } from '../recorder/poll-lag.ts';
import { startPostgresRecorder } from '../recorder/postgres.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { openServices } from '../services/services.ts';
import type { Services } from '../services/services.ts';
import type { WorkerWires } from '../wire/worker-wires.ts';
import type { OutputLag } from '../workers/output-lag.ts';
import { createBarrier } from './barrier.ts';
import { byRealGroups } from './own-members.ts';
import { openSlotKafka } from './slot-kafka.ts';
import { openSlotWires } from './slot-wires.ts';
import type { TopicControls } from './topic-controls.ts';
import { createWorkerControls } from './worker-controls.ts';
import type { WorkerControls } from './worker-controls.ts';

/** How much of a slot is made anew before a trial; each includes the ones before it. */
export type Renewal = 'nothing' | 'workers' | 'everything';

/** How late what reads Kafka and the workers' outputs was. */
export interface SlotLags {
  readonly polls: Pick<PollLag, 'begin' | 'longest'>;
  /** By worker. */
  readonly outputs: ReadonlyMap<string, Pick<OutputLag, 'begin' | 'total'>>;
}

export interface Slot {
  readonly recorder: Recorder;
  readonly workers: WorkerControls;
  readonly topics: TopicControls;
  /** The present one: renewing everything makes another. */
  readonly database: SlotDatabase;
  readonly services: Services;
  readonly lags: SlotLags;
  wires(role: WorkerRole): WorkerWires;
  /** Produces as this writer and records that the harness did. */
  produce(message: Message & { readonly partition?: number }, writer: string): Promise<void>;
  /** Sends a mark through every source and waits until it is seen; recorded. False after 5 s. */
  barrier(): Promise<boolean>;
  /** Where topics and groups stand: the baseline of a trial. */
  positions(): Promise<NewEvent<'kafka.positions'>>;
  /** Records what lives: processes, group members, topics. */
  look(): Promise<void>;
  /** Records what the workers' relays have carried. */
  traffic(): void;
  /** What of the workers' ways and of the tables is not as the harness left it, in words: what was played over them, or recorded of them, proves nothing. */
  altered(): Promise<readonly string[]>;
  /**
   * Ends what is to be made anew: workers, what they have open, topics, database. To be called before a trial's history
   * begins, so that nothing of an earlier trial gets into it. Gives what must be provided for.
   */
  clear(renewal: Renewal): Promise<Renewal>;
  /** Makes anew what was cleared and starts the workers. */
  provide(renewal: Renewal, options: { readonly primeOffsets: boolean }): Promise<void>;
  close(): Promise<void>;
  /** Ends the worker processes at once. */
  kill(): void;
}

export interface SlotParts {
  readonly environment: Environment;
  readonly config: Config;
  readonly workers: WorkerSet;
  readonly recorder: Recorder;
  readonly reaper: Reaper;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears what takes long while it is opened. */
  readonly progress: (line: string) => void;
  /** By service, the port that workers reach instead of its stub's: contracts are made against a mock server. */
  readonly portsInsteadOfStubs?: Readonly<Record<string, number>>;
}

/** Opens it. Errors: FaultlineError 'environment', 'config'; nothing is left open then, whatever went wrong. */
export const openSlot = (parts: SlotParts): Promise<Slot> => openTogether(({ keep }) => openParts(parts, keep));

const openParts = async (parts: SlotParts, keep: Opened['keep']): Promise<Slot> => {
  const { environment, config, workers: set, recorder } = parts;
  const { record } = recorder;
  const names = namesUnder(set.prefix);
  const roles = set.workers.map((w) => w.role);
  const pipeline = pipelineOf(set.pipeline);
  const onError = (error: Error): void =>
    void record({ kind: 'trial.harness-error', source: 'trial', message: error.message });

  /**
   * A sender of PostgreSQL hangs, and does not even end when it is told to. From then on nothing is dropped there: dropping a database,
   * whichever, waits for every process of the server.
   */
  let senderHangs = false;
  const giveUp = (database: SlotDatabase): Promise<void> => (senderHangs ? database.close() : database.drop());

  const openDatabase = async () => {
    const name = `${environment.postgres.databasePrefix ?? ''}slot_${randomUUID().slice(0, 8)}`;
    const database = await createSlotDatabase({
      environment,
      // Another project's workers bring their own schema.
      schema: set.schema ?? config.database.schema,
      pipeline: set.pipeline,
      name,
      env: parts.env,
      record,
      progress: parts.progress,
    });
    try {
      await checkPending(database, set.pending ?? []);
      return { database, source: await startPostgresRecorder({ database, record }) };
    } catch (error) {
      // What went wrong first is what is told.
      await giveUp(database).catch(() => undefined);
      throw error;
    }
  };

  const { inside, shared, containers } = environment;
  const opening = [
    keep(openDatabase(), async ({ database, source }) => {
      await source.stop();
      await database.close();
    }),
    keep(openSlotKafka({ environment, workers: set, record, mayWait: recorder.mayWait, onError }), (one) =>
      one.close(),
    ),
  ] as const;
  await Promise.allSettled(opening);
  const [first, kafka] = await Promise.all(opening);
  const { topics, groups, own } = kafka;
  let present = first;

  const services = openServices({
    pipeline: set.pipeline,
    stubs: set.stubs,
    database: () => present.database,
    record,
    ...(inside === undefined ? {} : { host: inside.harness.listen }),
  });
  await keep(services, (one) => one.close());
  let noticeConnection: WorkerControls['noticeConnection'] = () => undefined;
  let isWorkers: WorkerControls['owns'] = () => false;
  const wires = await keep(
    openSlotWires({
      environment,
      pipeline,
      workers: set.workers,
      ...(set.prefix === undefined ? {} : { prefix: set.prefix }),
      portFor: async (role, service) =>
        parts.portsInsteadOfStubs?.[service] ?? (await services.of(service).listenFor(role)),
      isWorkers: (pid) => isWorkers(pid),
      trial: recorder.trial,
      record: (event) => {
        const seq = record(event);
        if (event.kind === 'wire.connected') noticeConnection(event.worker);
        return seq;
      },
    }),
    (one) => one.close(),
  );
  const wiresOf = wires.of;

  for (const role of roles) own.watch(role, () => wiresOf(role).members());
  const workers = createWorkerControls({
    pipeline,
    configs: set.workers,
    groups,
    record,
    ...(containers === undefined ? {} : { containers }),
    spawn: { reaper: parts.reaper, baseEnv: parts.env, idsOf: recorder.idsIn },
    trial: recorder.trial,
    wiring: {
      addresses: (role) => {
        const wire = wiresOf(role);
        return {
          kafkaBrokers: wire.kafkaBrokers,
          databaseUrl: present.database.workerUrl(wire.postgresAddress),
          serviceUrls: wire.serviceUrls,
        };
      },
      members: own.of,
      supersededMembers: (role) => byRealGroups(names, wiresOf(role).supersededMembers()),
      heldBack: (role) => wiresOf(role).heldBack(),
      forgetMembers: (role) => {
        own.of(role);
        wiresOf(role).forgetMembers();
      },
      closeConnections: (role) => wiresOf(role).closeConnections(),
    },
  });

  noticeConnection = workers.noticeConnection;
  isWorkers = workers.owns;

  const barrier = createBarrier({
    record,
    sources: {
      postgres: (deadlineMs) => present.source.caughtUp(deadlineMs),
      kafka: (deadlineMs) => kafka.records.caughtUp(deadlineMs),
      offsets: (deadlineMs) => kafka.offsets.caughtUp(deadlineMs),
    },
  });

  const stopRecording = async (): Promise<void> => {
    await present.source.stop().catch((error: unknown) => {
      // A server of somebody's is left as it was found; one of our own ends with the run.
      if (shared !== undefined) throw error;
      senderHangs = true;
    });
  };

  const clear: Slot['clear'] = async (asked) => {
    const dead = roles.some((role) => !workers.isRunning(role));
    const renewal = asked === 'nothing' && dead ? 'workers' : asked;
    if (renewal === 'nothing') return renewal;
    await Promise.all(roles.map((role) => workers.stop(role)));
    // What a killed worker had open could still be committed.
    await present.database.terminateWorkerBackends();
    if (renewal === 'everything') {
      await Promise.all([services.reset(), stopRecording()]);
      await Promise.all(
        roles.map((role) => Promise.all(pipeline.upstreams.map((upstream) => wiresOf(role).restore(upstream)))),
      );
      await topics.removeAll();
    }
    recorder.forgetEarlier();
    return renewal;
  };

  const renewDatabase = async (): Promise<void> => {
    const old = present;
    present = await openDatabase();
    await giveUp(old.database);
  };

  const provide: Slot['provide'] = async (renewal, { primeOffsets }) => {
    if (renewal === 'nothing') return kafka.countLives();
    if (renewal === 'everything') await Promise.all([topics.createAll(), renewDatabase()]);
    kafka.countLives();
    if (primeOffsets) await workers.commitEnds();
    await Promise.all(roles.map((role) => workers.start(role)));
  };

  /** On somebody's cluster nothing stays: no member of ours until its session ends, and no group that was not there before. */
  const leaveShared = async (): Promise<void> => {
    const left = await Promise.allSettled(roles.map((role) => workers.stop(role)));
    await kafka.deleteGroups();
    for (const one of left) if (one.status === 'rejected') throw one.reason;
  };

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await workers.killAll();
    if (shared !== undefined) await leaveShared().catch(onError);
    await services.close();
    await wires.close();
    await stopRecording();
    await kafka.close();
    await present.database.close();
  };

  return {
    recorder,
    workers,
    topics,
    get database() {
      return present.database;
    },
    services,
    lags: { polls: kafka.lag, outputs: workers.outputLags },
    wires: wiresOf,
    produce: kafka.produce,
    barrier,
    positions: kafka.positions,
    look: async () => {
      await workers.look();
      await topics.look();
    },
    traffic: () => {
      for (const role of roles) wiresOf(role).traffic();
      workers.tellLeftOut();
    },
    altered: async () => [...(await wires.altered()), ...(await present.database.unrecorded())],
    clear,
    provide,
    close: () => (closed ??= close()),
    kill: () => workers.killNow(),
  };
};
