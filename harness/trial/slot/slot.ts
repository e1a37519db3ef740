/** A slot: database, topics, stub, wires, worker processes and recorder in one environment, serving many trials. */
import { randomUUID } from 'node:crypto';
import { openAdminService } from '../../admin-service/service.ts';
import type { AdminService } from '../../admin-service/service.ts';
import type { Reaper } from '../../base/reaper.ts';
import type { Config, WorkerSet } from '../../config/types.ts';
import { createSlotDatabase } from '../../database/database.ts';
import type { SlotDatabase } from '../../database/database.ts';
import type { Environment } from '../../environment/types.ts';
import type { NewEvent } from '../../history/events.ts';
import type { Message } from '../../pipeline/messages.ts';
import type { WorkerRole } from '../../pipeline/pipeline.ts';
import { EVENT_TOPICS, TOPICS, UPSTREAMS, WORKERS } from '../../pipeline/pipeline.ts';
import { openOffsetSource } from '../../recorder/kafka-offsets.ts';
import { openRecordSource } from '../../recorder/kafka-records.ts';
import { startPostgresRecorder } from '../../recorder/postgres.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { openKafkaConnection } from '../../wire/kafka/connection.ts';
import { openProducer } from '../../wire/kafka/producer.ts';
import { metadata } from '../../wire/kafka/requests/metadata.ts';
import type { WorkerWires } from '../../wire/worker-wires.ts';
import { createBarrier } from './barrier.ts';
import { createGroupAdmin } from './group-admin.ts';
import { createOwnMembers } from './own-members.ts';
import { openSlotWires } from './slot-wires.ts';
import { createTopicControls } from './topic-controls.ts';
import type { TopicControls } from './topic-controls.ts';
import { createWorkerControls } from './worker-controls.ts';
import type { WorkerControls } from './worker-controls.ts';

/** How much of a slot is made anew before a trial; each includes the ones before it. */
export type Renewal = 'nothing' | 'workers' | 'topics' | 'everything';

export interface Slot {
  readonly recorder: Recorder;
  readonly workers: WorkerControls;
  readonly topics: TopicControls;
  /** The present one: renewing everything makes another. */
  readonly database: SlotDatabase;
  readonly adminService: AdminService;
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
  /** Port that workers reach as admin-service instead of the stub's: contracts are made against a mock server. */
  readonly portInsteadOfStub?: number;
}

export const openSlot = async (parts: SlotParts): Promise<Slot> => {
  const { environment, config, workers: set, recorder } = parts;
  const { record } = recorder;
  const roles = set.workers.map((w) => w.role);
  const onError = (error: Error): void =>
    void record({ kind: 'trial.harness-error', source: 'trial', message: error.message });

  const openDatabase = async () => {
    const name = `${environment.postgres.databasePrefix ?? ''}slot_${randomUUID().slice(0, 8)}`;
    const database = await createSlotDatabase({
      environment,
      // Another project's workers bring their own schema.
      schema: set.schema ?? config.database.schema,
      name,
      env: parts.env,
      record,
    });
    return { database, source: await startPostgresRecorder({ database, record }) };
  };

  const kafka = openKafkaConnection({ address: environment.kafka });
  const producer = openProducer(environment.kafka);
  const { inside, shared, containers } = environment;
  const [first, records, offsets] = await Promise.all([
    openDatabase(),
    openRecordSource({
      address: environment.kafka,
      record,
      onError,
      ...(shared === undefined ? {} : { only: TOPICS }),
    }),
    openOffsetSource({ address: environment.kafka, record, onError }),
  ]);
  let present = first;

  const adminService = await openAdminService({
    database: () => present.database,
    record,
    ...(inside === undefined ? {} : { host: inside.harness.listen }),
  });
  const wires = await openSlotWires({
    environment,
    workers: set.workers,
    portFor: async (role) => parts.portInsteadOfStub ?? (await adminService.listenFor(role)),
    record,
  });
  const wiresOf = wires.of;

  const ofPipeline: readonly string[] = TOPICS;
  const list = async (): Promise<readonly string[]> =>
    (await kafka.send(metadata())).topics
      .filter((t) => !t.internal && t.errorCode === 0 && (shared === undefined || ofPipeline.includes(t.name)))
      .map((t) => t.name);
  const topics = createTopicControls({
    kafka: environment.kafka,
    record,
    refresh: () => records.refreshTopics(),
    list,
    ...(shared === undefined ? {} : { kept: shared.keptTopics }),
  });
  const own = createOwnMembers();
  const noteMembers = (role: WorkerRole): ReadonlyMap<string, readonly string[]> => own.note(wiresOf(role).members());
  const isOwn = (memberId: string): boolean => {
    roles.forEach(noteMembers);
    return own.has(memberId);
  };
  const groups = createGroupAdmin(kafka, record, shared === undefined ? undefined : isOwn);
  const workers = createWorkerControls({
    configs: set.workers,
    groups,
    record,
    ...(containers === undefined ? {} : { containers }),
    spawn: { reaper: parts.reaper, baseEnv: parts.env, idsOf: recorder.idsIn },
    wiring: {
      addresses: (role) => {
        const wire = wiresOf(role);
        return {
          kafkaBrokers: wire.kafkaBrokers,
          databaseUrl: present.database.workerUrl(wire.postgresAddress),
          adminServiceUrl: wire.adminServiceUrl,
        };
      },
      members: noteMembers,
      forgetMembers: (role) => {
        noteMembers(role);
        wiresOf(role).forgetMembers();
      },
      closeConnections: (role) => wiresOf(role).closeConnections(),
    },
  });

  const barrier = createBarrier({
    record,
    sources: {
      postgres: (deadlineMs) => present.source.caughtUp(deadlineMs),
      kafka: (deadlineMs) => records.caughtUp(deadlineMs),
      offsets: (deadlineMs) => offsets.caughtUp(deadlineMs),
    },
  });

  const clear: Slot['clear'] = async (asked) => {
    const dead = roles.some((role) => !workers.isRunning(role));
    const renewal = asked === 'nothing' && dead ? 'workers' : asked;
    if (renewal === 'nothing') return renewal;
    await Promise.all(roles.map((role) => workers.stop(role)));
    // What a killed worker had open could still be committed.
    await present.database.terminateWorkerBackends();
    if (renewal === 'everything') {
      await Promise.all([adminService.reset(), present.source.stop()]);
      await Promise.all(roles.map((role) => Promise.all(UPSTREAMS.map((upstream) => wiresOf(role).restore(upstream)))));
    }
    if (renewal !== 'workers') await topics.removeAll();
    recorder.forgetEarlier();
    return renewal;
  };

  const renewDatabase = async (): Promise<void> => {
    const old = present;
    present = await openDatabase();
    await old.database.drop();
  };

  const provide: Slot['provide'] = async (renewal, { primeOffsets }) => {
    if (renewal === 'nothing') return;
    await Promise.all([
      ...(renewal === 'workers' ? [] : [topics.createAll()]),
      ...(renewal === 'everything' ? [renewDatabase()] : []),
    ]);
    if (primeOffsets) await workers.commitEnds();
    await Promise.all(roles.map((role) => workers.start(role)));
  };

  /** On somebody's cluster nothing stays: no member of ours until its session ends, and no group that was not there before. */
  const leaveShared = async (kept: readonly string[]): Promise<void> => {
    for (const role of roles) await workers.stop(role);
    const used = new Set([...set.workers.map(({ consumerGroup }) => consumerGroup), ...own.groups()]);
    await groups.delete([...used].filter((group) => !kept.includes(group)));
  };

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await workers.killAll();
    if (shared !== undefined) await leaveShared(shared.keptGroups).catch(onError);
    await adminService.close();
    await wires.close();
    await present.source.stop();
    await Promise.all([records.close(), offsets.close()]);
    producer.close();
    kafka.close();
    await present.database.close();
  };

  return {
    recorder,
    workers,
    topics,
    get database() {
      return present.database;
    },
    adminService,
    wires: wiresOf,
    produce: async ({ topic, key, headers, value, partition }, writer) => {
      const at = await producer.send(topic, { key, headers, value, ...(partition === undefined ? {} : { partition }) });
      record({ kind: 'kafka.produced', source: 'harness', correlationId: key, topic, ...at, writer });
    },
    barrier,
    positions: async () => {
      const committed: Record<string, Record<string, Readonly<Record<number, number>>>> = {};
      for (const { role, consumerGroup } of set.workers) {
        const topic = EVENT_TOPICS[WORKERS[role].consumes];
        committed[consumerGroup] = { [topic]: await groups.committed(consumerGroup, topic) };
      }
      return { kind: 'kafka.positions', source: 'kafka', ends: records.positions(), committed };
    },
    look: async () => {
      await workers.look();
      await topics.look();
    },
    traffic: () => {
      for (const role of roles) wiresOf(role).traffic();
    },
    clear,
    provide,
    close: () => (closed ??= close()),
    kill: () => workers.killNow(),
  };
};
