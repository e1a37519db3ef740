/** The wire of logical replication: a temporary slot on its own connection, its data, and the answers it wants. */
import { randomBytes } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import type { ClientConfig } from 'pg';
import { FaultlineError } from '../base/errors.ts';

/**
 * PostgreSQL 18 misses a wake-up of the sender now and then, up to 3 s; a status update makes it look.
 * So often while something happens, and every IDLE_TICKS-th time when nothing has for IDLE_AFTER_MS. A sender whose data has just come is
 * awake, and looks by itself.
 */
const STATUS_EVERY_MS = 10;
const IDLE_AFTER_MS = 2000;
const IDLE_TICKS = 10;

/**
 * While a mark is out the sender is asked for an answer so often. It counts as silent when it gave none to so many requests in a row,
 * whichever marks they were for, each of which this process was awake to hear. That is as long as a barrier waits (5 s): whoever has
 * waited so long in vain has no verdict any more, whether or not the sender would have gone on.
 */
const ASK_EVERY_MS = 250;
const SILENT_AFTER = 20;
/** So many answers beyond a mark that was not shown prove that it never will be. */
const PASSED_OVER_AFTER = 4;

/** Making a slot waits for every open write transaction of the whole server. */
const SLOT_DEADLINE_MS = 30_000;

/** Milliseconds between 1970 and 2000, where PostgreSQL's clock begins. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** What pg's connection offers and its types leave out. */
interface ReplicationConnection {
  on(event: 'copyData', listener: (message: { readonly chunk: Buffer }) => void): void;
  once(event: 'replicationStart', listener: () => void): void;
  sendCopyFromChunk(chunk: Buffer): void;
  readonly stream: { destroy(): void };
}

export interface ReplicationStream {
  /** The temporary slot's name; it goes when the connection does. */
  readonly slot: string;
  /**
   * A mark is in the log at this position (as PostgreSQL writes it): makes the sender look for new data now, and watches that it
   * goes on until the returned function is called. A sender that does not is lost.
   */
  expectMark(position: string): () => void;
  /** Ends the connection, at once. The server drops the slot when it notices. */
  close(): Promise<void>;
}

export interface StreamOptions {
  /** A role that may replicate, and the database. */
  readonly connection: ClientConfig;
  readonly publication: string;
  /** One message of the output plugin, in order. */
  readonly onMessage: (message: Buffer) => void;
  /** The stream ended without `close`; it will not come back. */
  readonly onLost: (error: Error) => void;
}

/** Standby status update: everything up to `lsn` was received; is an answer wanted? */
const statusUpdate = (lsn: bigint, answer: boolean): Buffer => {
  const update = Buffer.alloc(34);
  update.write('r', 0, 'latin1');
  update.writeBigUInt64BE(lsn, 1); // written
  update.writeBigUInt64BE(lsn, 9); // flushed
  update.writeBigUInt64BE(lsn, 17); // applied
  update.writeBigInt64BE(BigInt(Date.now() - POSTGRES_EPOCH_MS) * 1000n, 25);
  update.writeUInt8(answer ? 1 : 0, 33);
  return update;
};

/** `16/B374D848`, as PostgreSQL writes positions. */
const positionOf = (text: string): bigint => {
  const [high = '', low = ''] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
};

const refused = (error: unknown): unknown => {
  if (!(error instanceof DatabaseError)) return error;
  return new FaultlineError(
    'environment',
    `PostgreSQL refuses logical replication: ${error.message}`,
    'It needs wal_level=logical, a free replication slot (max_replication_slots, max_wal_senders) and a role that may replicate.',
  );
};

const withDeadline = async <T>(work: Promise<T>, ms: number, waitingFor: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new FaultlineError(
            'environment',
            `${waitingFor} took longer than ${ms / 1000} s`,
            'A replication slot waits for every open write transaction on the server: end the ones that are idle in transaction.',
          ),
        ),
      ms,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
};

/** Streams the changes of a publication from now on. Throws FaultlineError 'environment' when the server refuses. */
export const openReplicationStream = async (options: StreamOptions): Promise<ReplicationStream> => {
  const slot = `faultline_${randomBytes(8).toString('hex')}`;
  // pg passes `replication` on to the server; its types do not know it.
  const settings = { ...options.connection, application_name: 'faultline-recorder', replication: 'database' };
  const client = new Client(settings);
  const { connection } = client as unknown as { readonly connection: ReplicationConnection };

  let state: 'starting' | 'streaming' | 'lost' | 'closed' = 'starting';
  let failedStart: Error | undefined;
  let received = 0n;
  let heardAt = performance.now();
  let dataAt = -Infinity;
  const sendStatus = (answer = false): void => {
    if (state === 'streaming') connection.sendCopyFromChunk(statusUpdate(received, answer));
  };
  let tick = 0;
  const timer = setInterval(() => {
    tick += 1;
    const now = performance.now();
    if (now - dataAt < STATUS_EVERY_MS) return;
    if (now - heardAt < IDLE_AFTER_MS || tick % IDLE_TICKS === 0) sendStatus();
  }, STATUS_EVERY_MS);
  timer.unref();
  const marks = new Set<bigint>();
  const silence = { unanswered: 0, passedOver: 0, asked: false };
  const asking = setInterval(() => {
    if (marks.size === 0 || state !== 'streaming') return;
    silence.unanswered += 1;
    if (silence.unanswered > SILENT_AFTER)
      onLost(new Error(`it fell silent: nothing came for ${(SILENT_AFTER * ASK_EVERY_MS) / 1000} s, and no answer`));
    else {
      silence.asked = true;
      sendStatus(true);
    }
  }, ASK_EVERY_MS);
  asking.unref();
  const heardAnswer = (position: bigint): void => {
    // One a request: others that come by themselves may have been on their way when the mark was made.
    if (!silence.asked) return;
    silence.asked = false;
    const isPassedOver = [...marks].some((mark) => position > mark);
    silence.passedOver = isPassedOver ? silence.passedOver + 1 : 0;
    if (silence.passedOver >= PASSED_OVER_AFTER) onLost(new Error('it passed a mark without showing it'));
  };
  const onLost = (error: Error): void => {
    clearInterval(timer);
    clearInterval(asking);
    if (state === 'starting') failedStart ??= error;
    if (state !== 'streaming') return;
    state = 'lost';
    // A sender that is silent would not answer a farewell either.
    connection.stream.destroy();
    options.onLost(error);
  };

  client.on('error', onLost);
  const started = new Promise<void>((resolve) => connection.once('replicationStart', resolve));
  connection.on('copyData', ({ chunk }) => {
    // After a message that could not be read, what follows would be a history with a hole.
    if (state === 'lost') return;
    const lsn = chunk.readBigUInt64BE(1);
    if (lsn > received) received = lsn;
    silence.unanswered = 0;
    if (chunk[0] === 0x77 /* w: data */) {
      heardAt = dataAt = performance.now();
      try {
        options.onMessage(chunk.subarray(25));
      } catch (error) {
        onLost(error instanceof Error ? error : new Error(String(error)));
      }
    } else if (chunk[0] === 0x6b /* k: keepalive */) {
      if (chunk[17] === 1) sendStatus();
      heardAnswer(lsn);
    }
  });

  try {
    await client.connect();
    // A temporary slot belongs to its connection: it can neither be used by another nor outlive it.
    const made = client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
    await withDeadline(made, SLOT_DEADLINE_MS, 'making a replication slot');
    const streaming = client.query(
      `START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '${options.publication}', messages 'true')`,
    );
    // This query ends only with the stream.
    const ended = streaming.then(() => {
      throw new Error('PostgreSQL ended the replication stream');
    });
    ended.catch(onLost);
    await withDeadline(Promise.race([started, ended]), SLOT_DEADLINE_MS, 'starting the replication stream');
    if (failedStart !== undefined) throw failedStart;
    state = 'streaming';
  } catch (error) {
    state = 'closed';
    clearInterval(timer);
    clearInterval(asking);
    await client.end().catch(() => undefined);
    throw refused(error);
  }

  return {
    slot,
    expectMark: (text) => {
      const mark = positionOf(text);
      // Answers to requests for an earlier mark do not show that this one was passed over.
      if (marks.size === 0) Object.assign(silence, { passedOver: 0, asked: false });
      marks.add(mark);
      heardAt = performance.now();
      sendStatus();
      return () => void marks.delete(mark);
    },
    close: async () => {
      state = 'closed';
      clearInterval(timer);
      clearInterval(asking);
      await client.end().catch(() => undefined);
    },
  };
};
