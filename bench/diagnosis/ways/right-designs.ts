/** Right designs that do it differently (fixtures/controls): done, or in work with a service that is slow. Nobody is accused. */
import type { Way } from '../types.ts';
import { payAll, startBoth, untilOneCall, untilRecord } from './acts.ts';

const DESIGNS = [
  'batch',
  'guard-as-hint',
  'inbox',
  'leaves-its-group',
  'retry-topic',
  'slow-and-silent',
  'timed-commit',
  'transactional',
  'two-processes',
  'upper-case-ids',
] as const;

/**
 * Those that commit an offset only behind the work. Of one that keeps an event in an inbox or a topic for retries, and waits longer than
 * diagnose does, an offset is all that is read: docs/diagnose.md says that causes are possible then, and where to look first.
 */
const COMMIT_BEHIND = ['batch', 'timed-commit', 'transactional'] as const;

const both = (name: string): Way['workers'] => ({ 'purchase-worker': name, 'allocation-worker': name });

export const rightDesigns: readonly Way[] = [
  ...DESIGNS.map((name): Way => ({
    name: `all has come to its end (${name})`,
    of: 'none',
    workers: both(name),
    expects: [],
    bring: async (system, cases) => {
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'trainer-allocated');
    },
  })),
  ...COMMIT_BEHIND.map((name): Way => ({
    name: `the service is slow (${name})`,
    of: 'none',
    workers: both(name),
    expects: [],
    outcome: 'not-known',
    bring: async (system, cases) => {
      system.serviceBehaves({ behaviour: 'slow', delayMs: 600_000 });
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'course-access-granted');
      await untilOneCall(system, cases);
    },
  })),
];
