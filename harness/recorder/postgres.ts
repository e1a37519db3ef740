/** The recorder's PostgreSQL source: every committed change of the pipeline's tables, in commit order. */
import { randomUUID } from 'node:crypto';
import { FaultlineError } from '../base/errors.ts';
import { connectionTo, maintenanceDatabase, withClient } from '../database/access.ts';
import type { SlotDatabase } from '../database/slot-database.ts';
import { BARRIER_PREFIX, PUBLICATION } from '../database/tags.ts';
import type { RecordEvent } from '../history/events.ts';
import { createCommitAssembler } from './postgres-commits.ts';
import { createMessageReader } from './postgres-messages.ts';
import { openReplicationStream } from './postgres-stream.ts';

/** ms that the server may take to drop the slot of a closed connection. */
const SLOT_GONE_DEADLINE_MS = 5000;

export interface PostgresRecorder {
  /**
   * A barrier: sends a mark through the log and waits until it is seen, so that everything committed before the call
   * has been recorded. False when it does not come back within `deadlineMs`, or the stream is lost.
   */
  caughtUp(deadlineMs: number): Promise<boolean>;
  /** Ends the stream and waits until its slot is gone: the database can be dropped then. Safe to call twice. */
  stop(): Promise<void>;
}

export interface PostgresRecorderOptions {
  readonly database: SlotDatabase;
  readonly record: RecordEvent;
}

/**
 * Records from now on, one `postgres.commit` a transaction. Throws FaultlineError 'environment' when the server
 * refuses to replicate. A stream that breaks is recorded as the harness's own error, and no barrier passes any more.
 */
export const startPostgresRecorder = async ({
  database,
  record,
}: PostgresRecorderOptions): Promise<PostgresRecorder> => {
  const read = createMessageReader();
  const assemble = createCommitAssembler(database.pipeline);
  const barriers = new Map<string, (passed: boolean) => void>();
  let stopped: Promise<void> | undefined;
  let lost = false;

  const failBarriers = (): void => {
    // A settled barrier takes itself out; a Map may be changed while it is walked.
    for (const settle of barriers.values()) settle(false);
  };

  const stream = await openReplicationStream({
    connection: connectionTo(database.server, 'admin', database.name),
    publication: PUBLICATION,
    onMessage: (message) => {
      for (const done of assemble(read(message))) {
        if (done.kind === 'commit') record(done.event);
        else barriers.get(done.token)?.(true);
      }
    },
    onLost: (error) => {
      lost = true;
      failBarriers();
      record({
        kind: 'trial.harness-error',
        source: 'trial',
        message: `the replication stream of PostgreSQL broke: ${error.message}`,
      });
    },
  });

  const caughtUp = (deadlineMs: number): Promise<boolean> => {
    if (lost || stopped !== undefined) return Promise.resolve(false);
    const token = randomUUID();
    return new Promise((resolve) => {
      let seen = (): void => undefined;
      const settle = (passed: boolean): void => {
        clearTimeout(timer);
        seen();
        barriers.delete(token);
        resolve(passed);
      };
      const timer = setTimeout(() => settle(false), deadlineMs);
      barriers.set(token, settle);
      // In a transaction: its commit is flushed at once, and the sender sends only what is flushed.
      database.ask('barrier', 'SELECT pg_logical_emit_message(true, $1, $2) AS position', [BARRIER_PREFIX, token]).then(
        ([row]) => {
          // It may have been seen before its transaction's reply.
          if (barriers.has(token)) seen = stream.expectMark(String(row?.['position']));
        },
        () => settle(false),
      );
    });
  };

  /** A sender that hangs does not notice that its connection is gone. Only the role whose it is may end it. */
  const endSender = (): Promise<unknown> =>
    withClient(connectionTo(database.server, 'admin', maintenanceDatabase(database.server)), (client) =>
      client.query('SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1', [
        stream.slot,
      ]),
    ).catch(() => undefined);

  const slotIsGone = async (): Promise<void> => {
    const deadline = performance.now() + SLOT_GONE_DEADLINE_MS;
    for (;;) {
      if (lost) await endSender();
      const gone = await database.query('SELECT 1 FROM pg_replication_slots WHERE slot_name = $1', [stream.slot]).then(
        (rows) => rows.length === 0,
        // A server that is not there holds no slot.
        () => true,
      );
      if (gone) return;
      if (performance.now() > deadline)
        throw new FaultlineError(
          'environment',
          `PostgreSQL still holds the replication slot ${stream.slot} ${SLOT_GONE_DEADLINE_MS} ms after its connection was closed`,
          'Look for its sender in pg_stat_replication.',
        );
    }
  };

  return {
    caughtUp,
    stop: () =>
      (stopped ??= (async () => {
        failBarriers();
        await stream.close();
        await slotIsGone();
      })()),
  };
};
