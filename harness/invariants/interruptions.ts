/** What breaks a worker off in the middle of an event, so that it rightly takes the event again. */
import type { HistoryEvent } from '../history/events.ts';
import { groupNames } from '../history/groups.ts';
import type { History } from '../history/history.ts';
import { workerNames } from '../history/liveness.ts';
import { actingSince, cutsOf, rebalancesOf } from './evictions.ts';

export interface Interruption {
  readonly what: 'an exit' | 'a rebalance' | 'a broken connection';
  readonly evidence: readonly number[];
  /** A fault that lasts breaks a worker off any number of times; anything else once. */
  readonly lasts: boolean;
}

/**
 * An exit, a rebalance or a broken connection of a worker that plays this part. Those from before the act provably came
 * before its events; where in time the others lie, nothing proves, so each may lie in between. A worker that lost its
 * place by its own silence was broken off by nobody; a connection to Kafka that may have been made after the first letter tells that it may
 * be a new one.
 */
export const interruptionsOf = (
  history: History,
  role: string,
  first?: HistoryEvent<'kafka.record'>,
): readonly Interruption[] => {
  const acting = actingSince(history);
  const names = workerNames(history, role);
  const mine = (event: { readonly seq: number; readonly worker: string }): boolean =>
    event.seq > acting && names.includes(event.worker);
  const groups = groupNames(history, role);
  const told = (
    what: Interruption['what'],
    events: readonly { readonly seq: number }[],
    lasts = false,
  ): readonly Interruption[] => events.map(({ seq }) => ({ what, evidence: [seq], lasts }));
  return [
    ...told('an exit', history.of('process.exited').filter(mine)),
    ...told('a broken connection', history.of('wire.refused').filter(mine)),
    ...told(
      'a broken connection',
      cutsOf(history, names).map(({ event }) => event),
      true,
    ),
    ...told('a rebalance', [
      ...groups
        .flatMap((group) => rebalancesOf(history, group, first))
        .flatMap(({ event, ownDoing }) => (ownDoing ? [] : [event])),
      ...history.of('offsets.member-removed').filter((event) => groups.includes(event.group) && event.seq > acting),
    ]),
  ];
};
