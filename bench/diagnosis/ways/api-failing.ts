/**
 * FL0107. A dead letter shows that the event was given up, and calls are not known without a log: that the service was never asked (FL0106) is possible
 * besides.
 */
import { possible, workers } from '../types.ts';
import type { Way } from '../types.ts';
import type { BehaviourSettings } from '../../../harness/services/rules.ts';
import { payAll, startBoth, untilPast, untilRecord } from './acts.ts';

const EXPECTS = possible('FL0107', 'FL0106');

/** Every event is given up, with a letter, and its group is past it. */
const givenUp =
  (behaviour?: BehaviourSettings): Way['bring'] =>
  async (system, cases) => {
    if (behaviour !== undefined) system.serviceBehaves(behaviour);
    await startBoth(system);
    await payAll(system, cases);
    await untilRecord(system, cases, 'dead-letter-queue');
    await untilPast(system, cases, 'allocation-worker');
  };

export const apiFailing: readonly Way[] = [
  {
    name: 'the service answers 500, and allocation-worker (gives-up-at-once) gives up',
    of: 'FL0107',
    workers: workers({ 'allocation-worker': 'gives-up-at-once' }),
    expects: EXPECTS,
    bring: givenUp({ behaviour: 'fails' }),
  },
  {
    name: 'the service answers 400, and allocation-worker takes the event for one that can never succeed',
    of: 'FL0107',
    workers: workers({}),
    expects: EXPECTS,
    bring: givenUp({ behaviour: 'fails', status: 400 }),
  },
  {
    name: 'the service resets connections, and allocation-worker (gives-up-at-once) gives up',
    of: 'FL0107',
    workers: workers({ 'allocation-worker': 'gives-up-at-once' }),
    expects: EXPECTS,
    bring: givenUp({ behaviour: 'refuses' }),
  },
  {
    name: 'the service says that it is done and has no row, and allocation-worker (gives-up-at-once) gives up',
    of: 'FL0107',
    workers: workers({ 'allocation-worker': 'gives-up-at-once' }),
    expects: EXPECTS,
    bring: givenUp({ behaviour: 'silent-success' }),
  },
  {
    name: 'allocation-worker (calls-without-ids) asks for nobody, and is refused',
    of: 'FL0107',
    workers: workers({ 'allocation-worker': 'calls-without-ids' }),
    expects: EXPECTS,
    bring: givenUp(),
  },
];
