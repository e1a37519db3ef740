/**
 * FL0109. One in a system: a worker that stands at an event takes no other one. A group that was moved back on purpose looks the same, so it
 * is possible. Why it fails is in the letters; what its service answered is not known without its log.
 */
import type { System } from '../system.ts';
import { possible, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { payAll, startBoth, untilRecord } from './acts.ts';

const EXPECTS = possible('FL0109');
const LETTERS = 2;

/** Something keeps the worker from ever being done with the event. */
const untilStuck =
  (keep: (system: System) => unknown): Way['bring'] =>
  async (system, cases) => {
    await keep(system);
    await startBoth(system);
    await payAll(system, cases);
    await untilRecord(system, cases, 'dead-letter-queue', LETTERS);
  };

export const stuck: readonly Way[] = [
  {
    name: 'the service answers 500, and allocation-worker (incident) writes letter after letter',
    of: 'FL0109',
    workers: workers({ 'allocation-worker': 'incident' }),
    expects: EXPECTS,
    perSystem: 1,
    bring: untilStuck((system) => system.serviceBehaves({ behaviour: 'fails' })),
  },
  {
    name: 'the service says that it is done and has no row, and allocation-worker (report-fix) looks for it',
    of: 'FL0109',
    workers: workers({ 'allocation-worker': 'report-fix' }),
    expects: EXPECTS,
    perSystem: 1,
    bring: untilStuck((system) => system.serviceBehaves({ behaviour: 'silent-success' })),
  },
  {
    name: 'a migration keeps purchase-worker (incident) from writing its row',
    of: 'FL0109',
    workers: workers({ 'purchase-worker': 'incident' }),
    expects: EXPECTS,
    injected: { at: 'purchase-worker' },
    perSystem: 1,
    bring: untilStuck((system) =>
      system.sql('ALTER TABLE student_course_purchases ADD CHECK (purchase_tier = 0) NOT VALID'),
    ),
  },
];
