/** Acts against what workers share: tables, locks, transactions, offsets. */
import { EXIT } from '../../harness/base/errors.ts';
import type { Act } from './acts.ts';
import { OF_A_PAYMENT, once } from './once.ts';

/** As it is loaded by the worker's own program: what that can load. */
const load = "import { createRequire } from 'node:module'; const load = createRequire(process.argv[1]);";

/** In the middle of a trial: its worker has told of a payment, and others have still to do with it. */
const sql = (statements: string): string =>
  `${load} const { Client } = load('pg'); ${once(
    OF_A_PAYMENT,
    `const client = new Client({ connectionString: process.env.DATABASE_URL, application_name: 'hostile' });
    client.on('error', () => {});
    try { await client.connect(); for (const text of ${JSON.stringify(statements.split('; '))}) await client.query(text); } catch {}`,
  )}`;

/** What takes away what its own work needs may be held against it. */
const HARMED = [EXIT.ok, EXIT.unknown, EXIT.failed];

export const SHARED_ACTS: readonly Act[] = [
  {
    name: 'drop',
    code: sql('DROP TABLE IF EXISTS trainer_allocations'),
    says: /table trainer_allocations.*gone/,
    codes: HARMED,
  },
  {
    name: 'alter',
    code: sql('ALTER TABLE trainer_allocations ADD COLUMN IF NOT EXISTS surprise text NOT NULL'),
    says: /column trainer_allocations\.surprise was added/,
    codes: HARMED,
  },
  { name: 'truncate', code: sql('TRUNCATE processed_events'), says: /truncated processed_events/, codes: HARMED },
  {
    name: 'replica-identity',
    code: sql('ALTER TABLE trainer_allocations REPLICA IDENTITY DEFAULT'),
    says: /trainer_allocations was recorded: its replica identity was changed to DEFAULT/,
  },
  {
    name: 'lock',
    code: sql('BEGIN; LOCK TABLE trainer_allocations'),
    says: /\(hostile\) holds AccessExclusiveLock on trainer_allocations/,
    codes: HARMED,
  },
  {
    name: 'open-transaction',
    code: sql('CREATE TABLE IF NOT EXISTS mine (n int); BEGIN; INSERT INTO mine VALUES (1)'),
    says: /hostile.*idle in transaction|idle in transaction.*hostile/,
    codes: HARMED,
  },
  {
    name: 'foreign-offsets',
    code: `${load} const { Kafka, logLevel } = load('kafkajs'); (async () => {
      const admin = new Kafka({ brokers: process.env.KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING }).admin();
      try { await admin.connect(); await admin.setOffsets({ groupId: 'somebody-else', topic: 'purchase-created', partitions: [{ partition: 0, offset: '0' }] }); await admin.disconnect(); } catch {}
    })();`,
    says: /somebody-else/,
    codes: HARMED,
  },
];
