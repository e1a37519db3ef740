/** The reference workers as configurations: the editions of fixtures/workers. */
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import type { NamesInput, WorkerInput, WorkerSetInput } from '../../harness/config/define.ts';
import type { declaration } from './declaration.ts';

type WorkerRole = keyof (typeof declaration)['stages'];

export const EDITIONS = ['incident', 'report-fix', 'hardened'] as const;

/** incident: as it broke; report-fix: with the report's minimal fix; hardened: the example to copy. */
export type Edition = (typeof EDITIONS)[number];

export const DEFAULT_EDITION: Edition = 'hardened';

/** Wait of the documented workers before their second attempt, ms (docs/pipeline.md). */
const DOCUMENTED_RETRY_FIRST_MS = 2000;
/** The purchase-worker's: its delays are shortened the least. */
const SHORTEST_DOCUMENTED_FIRST_MS = 1000;
const SHORTENED_RETRY_FIRST_MS = 20;
/** Of a call to admin-service: 30 s are documented. */
const SHORTENED_CALL_TIMEOUT_MS = 5000;
/** kafkajs starts a crashed consumer again after at most so long; the workers shorten that as their delays between attempts. */
const DOCUMENTED_LONGEST_TIMER_MS = 30_000;

/** What they can be told to call otherwise (fixtures/workers/shared/settings.ts). */
const NAMES: Readonly<Record<WorkerRole, NamesInput>> = {
  'purchase-worker': {
    group: 'CONSUMER_GROUP',
    topics: {
      'purchase-confirmed': 'CONSUME_TOPIC',
      'purchase-created': 'PURCHASE_CREATED_TOPIC',
      'course-access-granted': 'COURSE_ACCESS_GRANTED_TOPIC',
      'dead-letter-queue': 'DEAD_LETTER_QUEUE_TOPIC',
    },
  },
  'allocation-worker': {
    group: 'CONSUMER_GROUP',
    topics: {
      'purchase-created': 'CONSUME_TOPIC',
      'trainer-allocated': 'TRAINER_ALLOCATED_TOPIC',
      'dead-letter-queue': 'DEAD_LETTER_QUEUE_TOPIC',
    },
  },
};

/** The report's fix changed only the allocation-worker. */
const PURCHASE_EDITION: Readonly<Record<Edition, string>> = {
  incident: 'incident',
  'report-fix': 'incident',
  hardened: 'hardened',
};

export interface ReferenceOverrides {
  /** ms before the second attempt; later ones double. Default 20; the documented workers wait 2000. */
  readonly retryFirstMs?: number;
  /** Further variables, for both workers. */
  readonly env?: Readonly<Record<string, string>>;
  readonly quietMs?: number;
  readonly patienceMs?: number;
  readonly longestTimerMs?: number;
  readonly note?: string;
}

/** Each worker's delays are shortened by one factor, the time-out of a call to no less than what it is. */
const longestTimerMs = (retryFirstMs: number): number =>
  Math.max(
    SHORTENED_CALL_TIMEOUT_MS,
    DOCUMENTED_LONGEST_TIMER_MS * Math.min(1, retryFirstMs / SHORTEST_DOCUMENTED_FIRST_MS),
  );

/** One edition of the reference workers, to be used as a set of a configuration. */
export const referenceWorkers = (edition: Edition, overrides: ReferenceOverrides = {}): WorkerSetInput => {
  const retryFirstMs = overrides.retryFirstMs ?? SHORTENED_RETRY_FIRST_MS;
  const isShortened = retryFirstMs < DOCUMENTED_RETRY_FIRST_MS;
  const worker = (role: WorkerRole, program: string): WorkerInput => ({
    role,
    command: [process.execPath, join(packageRoot, 'dist/fixtures/workers', role, `${program}.js`)],
    cwd: packageRoot,
    env: {
      ...(isShortened ? { ADMIN_SERVICE_TIMEOUT_MS: String(SHORTENED_CALL_TIMEOUT_MS) } : {}),
      ...overrides.env,
      FAULTLINE_RETRY_FIRST_MS: String(retryFirstMs),
    },
    misconfigured: {
      'wrong-topic': { CONSUME_TOPIC: 'sessions-generated' },
      'new-group': { CONSUMER_GROUP: `${role}-misconfigured` },
    },
    names: NAMES[role],
  });
  const shortened = `retry delays shortened: first ${retryFirstMs} ms instead of ${DOCUMENTED_RETRY_FIRST_MS / 1000} s, time-out of a call ${SHORTENED_CALL_TIMEOUT_MS / 1000} s instead of 30 s`;
  return {
    workers: [worker('purchase-worker', PURCHASE_EDITION[edition]), worker('allocation-worker', edition)],
    // They answer within milliseconds, and nothing of theirs waits for a poll; a worker of unknown make gets the defaults.
    quietMs: overrides.quietMs ?? 20,
    patienceMs: overrides.patienceMs ?? 500,
    longestTimerMs: overrides.longestTimerMs ?? longestTimerMs(retryFirstMs),
    note: overrides.note ?? (isShortened ? shortened : undefined),
  };
};
