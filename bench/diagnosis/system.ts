/** A live system to be looked at: broker, database, service and workers of its own, and what the outside world does to it. */
import { setTimeout as pause } from 'node:timers/promises';
import { hostAndPort } from '../../harness/base/host-and-port.ts';
import type { Config, WorkerSet } from '../../harness/config/types.ts';
import type { Environment } from '../../harness/environment/types.ts';
import type { HistoryEvent } from '../../harness/history/events.ts';
import { createRecorder } from '../../harness/recorder/recorder.ts';
import type { ResolvedSubject } from '../../harness/scenario/subjects.ts';
import type { BehaviourControl, BehaviourSettings } from '../../harness/services/rules.ts';
import { openSlotGrounds } from '../../harness/slot/grounds.ts';
import type { Slot } from '../../harness/slot/slot.ts';
import { purchaseConfirmed, purchaseCreated } from '../../pipelines/purchase-to-trainer/messages.ts';
import { insertPayment, insertPurchase } from '../../pipelines/purchase-to-trainer/rows.ts';
import type { StubQuery } from '../../harness/pipeline/stub.ts';
import { openKafkaConnection } from '../../harness/wire/kafka/connection.ts';
import { deleteGroups } from '../../harness/wire/kafka/requests/delete-groups.ts';
import type { Role } from './types.ts';
import { createRecorded } from './recorded.ts';
import type { Recorded } from './recorded.ts';

const SERVICE = 'admin-service';
const LOOK_EVERY_MS = 25;
/** Longer than any worker here needs for what it is to do. */
const DEADLINE_MS = 180_000;
/** Of the workers' output, that are shown where one waits in vain. */
const LAST_LINES = 20;

export interface System {
  readonly slot: Slot;
  readonly recorded: Recorded;
  /** By the variables in which `faultline diagnose` looks for them. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The payment's row alone: it succeeded, and nobody has told of it yet. */
  payment(subject: ResolvedSubject): Promise<void>;
  /** Its row, and PURCHASE_CONFIRMED, by its key's partition unless one is said. */
  pay(subject: ResolvedSubject, partition?: number): Promise<void>;
  /** The fallback of payment-service: the purchase's row, written directly, and no event. */
  writePurchase(subject: ResolvedSubject, id?: string): Promise<void>;
  /** PURCHASE_CREATED as a purchase-worker tells it, for the row that `writePurchase` wrote. */
  emitCreated(subject: ResolvedSubject, partition?: number): Promise<void>;
  /** A row of the idempotency guard, which somebody else than a worker wrote. */
  mark(subject: ResolvedSubject, type: string, source: string): Promise<void>;
  /** One statement of somebody who administers the database. */
  sql(text: string, values?: readonly unknown[]): Promise<void>;
  /** Somebody keeps the table locked, as who alters it does, until it is released. */
  lock(table: string): Promise<() => Promise<void>>;
  /** Takes the worker's group away, with all that is known of it; nobody may be in it. */
  removeGroup(role: Role): Promise<void>;
  /** How calls for these are answered; for whomever, where nobody is named. */
  serviceBehaves(settings: BehaviourSettings, subjects?: readonly ResolvedSubject[]): BehaviourControl;
  /** Waits until it is so. Errors: Error after three minutes. */
  until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void>;
  /** Work that goes on while it is looked at, and is told to end. */
  meanwhile(work: (ended: () => boolean) => Promise<void>): void;
  close(): Promise<void>;
}

const tagged =
  (slot: Slot, writer: string) =>
  (work: (query: StubQuery) => Promise<void>): Promise<void> =>
    slot.database.writeAs(writer, (client) => work((text, values = []) => client.query(text, [...values])));

/** Opens one with fresh topics, an empty database and no worker running, whose groups stand at the ends of their topics. */
export const openSystem = async (parts: {
  readonly environment: Environment;
  readonly config: Config;
  readonly workers: WorkerSet;
  readonly subjects: readonly ResolvedSubject[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whatever is recorded. */
  readonly hears: (event: HistoryEvent) => void;
}): Promise<System> => {
  const { environment, config, workers, subjects, env } = parts;
  const recorder = createRecorder(() => performance.now());
  const grounds = await openSlotGrounds(
    { config, workers, recorder, env, within: environment, progress: () => undefined },
    (opened) => Promise.resolve(opened),
  );
  const { slot } = grounds;
  const recorded = createRecorded();
  const ends: (() => void)[] = [];
  const going: Promise<void>[] = [];
  let isEnded = false;
  const close = async (): Promise<void> => {
    isEnded = true;
    try {
      for (const end of ends) end();
      await Promise.all(going);
      // Members of workers that were only killed would hold their places in the next system.
      await slot.clear('workers');
    } finally {
      await grounds.close();
    }
  };
  try {
    await slot.topics.removeAll();
    await slot.topics.createAll();
    await slot.provide('nothing', { primeOffsets: false });
    await slot.workers.commitEnds();
    recorder.attach(recorded, subjects);
    recorder.subscribe(parts.hears);
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  const write = tagged(slot, 'payment-service');
  const payment: System['payment'] = ({ paymentId: id, studentId, courseId, amountCents }) =>
    write((query) => insertPayment(query, { id, studentId, courseId, amountCents }));
  return {
    slot,
    recorded,
    addresses: {
      KAFKA_BROKERS: hostAndPort(environment.kafka),
      DATABASE_URL: slot.database.workerUrl(environment.postgres),
    },
    payment,
    pay: async (subject, partition) => {
      await payment(subject);
      const message = purchaseConfirmed(subject, { now: Date.now() });
      await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, 'payment-service');
    },
    writePurchase: ({ purchaseId, studentId, courseId, purchaseTier }, id = purchaseId) =>
      write((query) => insertPurchase(query, { id, studentId, courseId, purchaseTier, metadata: {} })),
    emitCreated: async (subject, partition) => {
      const { purchaseId } = subject;
      const eventId = `purchase-created-${purchaseId}`;
      const message = purchaseCreated(subject, purchaseId, { eventId, now: Date.now() });
      await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, 'payment-service');
    },
    mark: ({ correlationId }, type, source) =>
      tagged(
        slot,
        source,
      )(async (query) => {
        await query(
          'INSERT INTO processed_events (event_id, event_type, correlation_id, source) VALUES ($1, $2, $3, $4)',
          [`${source}-${type}-${correlationId}`, type, correlationId, source],
        );
      }),
    sql: (text, values = []) => tagged(slot, 'administrator')(async (query) => void (await query(text, [...values]))),
    lock: async (table) => {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      ends.push(release);
      let done: Promise<void> = Promise.resolve();
      await new Promise<void>((locked, failed) => {
        done = slot.database.writeAs('administrator', async (client) => {
          await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
          locked();
          await released;
        });
        done.catch(failed);
      });
      return () => {
        release();
        return done;
      };
    },
    removeGroup: async (role) => {
      const connection = openKafkaConnection({ address: environment.kafka });
      try {
        await connection.send(deleteGroups([slot.database.pipeline.stage(role).group]));
      } finally {
        connection.close();
      }
    },
    serviceBehaves: (settings, meant) =>
      slot.services
        .of(SERVICE)
        .behave(({ studentId }) => meant === undefined || meant.some((one) => one.studentId === studentId), settings),
    until: async (what, isSo) => {
      const deadline = performance.now() + DEADLINE_MS;
      while (!(await isSo())) {
        if (performance.now() > deadline)
          throw new Error(
            [
              `waited in vain until ${what}`,
              ...recorded
                .of('process.log')
                .slice(-LAST_LINES)
                .map(({ line }) => line),
            ].join('\n'),
          );
        await pause(LOOK_EVERY_MS);
      }
    },
    meanwhile: (work) => void going.push(work(() => isEnded)),
    close,
  };
};
