import type { Subject } from '../history/events.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { eventName, nameOf } from '../history/names.ts';
import { addTo, folded } from '../history/memo.ts';
import type { Fold } from '../history/memo.ts';
import { changesIn } from '../history/rows.ts';
import type { NetChange } from '../history/rows.ts';
import { heldUnder, idKey } from '../history/keys.ts';
import { eventsOf, paymentsOf } from '../history/subjects.ts';
import { atTheEnd, mayStayDeadLettered, playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

interface GuardChange {
  readonly change: NetChange;
  /** Which of all it is. */
  readonly place: number;
}

interface GuardChanges {
  readonly byPayment: ReadonlyMap<string, readonly GuardChange[]>;
  readonly byKey: ReadonlyMap<string, readonly GuardChange[]>;
}

/** Changes of the guard's rows in commit order, by the payment and by the key that the row had before or after. */
const guardChanges = folded({
  list: (history) => changesIn(history, history.pipeline.guard.table),
  begin: ({ pipeline: { guard } }): Fold<NetChange, GuardChanges> => {
    const [byPayment, byKey] = [new Map<string, GuardChange[]>(), new Map<string, GuardChange[]>()];
    let place = 0;
    const add = (lists: Map<string, GuardChange[]>, column: string, placed: GuardChange): void => {
      const { before, after } = placed.change;
      const was = before && idKey(before[column]);
      const is = after && idKey(after[column]);
      if (was !== undefined) addTo(lists, was, placed);
      if (is !== undefined && is !== was) addTo(lists, is, placed);
    };
    return {
      facts: { byPayment, byKey },
      observe: (change) => {
        place += 1;
        const placed = { change, place };
        add(byPayment, guard.correlation, placed);
        add(byKey, guard.key, placed);
      },
    };
  },
});

const NONE: readonly never[] = [];
const FEW = 10;

/** Those of the payment, or of the key, each once and in commit order. */
const changesOf = (history: History, correlationId: unknown, key: unknown): readonly GuardChange[] => {
  const { byPayment, byKey } = guardChanges(history);
  const own = heldUnder(byPayment, correlationId) ?? NONE;
  const keyed = heldUnder(byKey, key) ?? NONE;
  // Hardly any payment has more than one for each of its events.
  if (own.length < FEW && keyed.every((change) => own.includes(change))) return own;
  return [...new Set([...own, ...keyed])].sort((a, b) => a.place - b.place);
};

interface Marking {
  /** There is a row of the guard, or somebody who is no worker took the last one away. */
  readonly holds: boolean;
  /** Commits: the one with which it was marked, and the one with which a worker took the last mark away. */
  readonly lost?: readonly [marked: number, removed: number];
}

/**
 * What became of the event's mark. The same told for another payment under the same eventId has the one row that there can be; and who finds
 * the row that somebody else has written need not write one.
 */
const markingOf = (history: History, { correlationId }: Subject, { type, eventId }: PipelineEvent): Marking => {
  const { guard } = history.pipeline;
  const isOf = (row: NetChange['after']): row is NonNullable<typeof row> =>
    row?.[guard.type] === type && (sameId(row[guard.correlation], correlationId) || sameId(row[guard.key], eventId));
  const there = new Set<string>();
  let marked = 0;
  let last: Marking = { holds: false };
  for (const { change } of changesOf(history, correlationId, eventId)) {
    const { before, after, commit } = change;
    const was = isOf(before);
    const is = isOf(after);
    if (was) there.delete(idKey(before[guard.key]));
    if (is) there.add(idKey(after[guard.key]));
    if (is && !was) marked = commit.seq;
    if (there.size > 0 || (was && commit.writer !== null)) last = { holds: true };
    else if (was) last = { holds: false, ...(marked > 0 && { lost: [marked, commit.seq] }) };
  }
  return last;
};

export const eventGetsMarked: Invariant = {
  id: 'event-gets-marked',
  title: 'In the end the idempotency guard has a row for every consumed event, whoever wrote it.',
  needs: ['postgres', 'kafka'],
  check: (history) =>
    atTheEnd(history, () =>
      paymentsOf(history).flatMap((subject) =>
        history.pipeline.roles.flatMap((role): Claim[] => {
          const { guard } = history.pipeline;
          const { consumes: type, unguarded } = history.pipeline.stage(role);
          if (unguarded === true) return [];
          const event = eventsOf(history, subject, type)[0];
          if (event === undefined) return [];
          const { holds, lost } = markingOf(history, subject, event);
          if (holds) return [];
          // It may stay without its effect, and a mark without an effect would be wrong.
          if (mayStayDeadLettered(history, subject, type)) return [];
          const named = { subject: subject.name, restsOn: ['postgres', 'kafka'] } as const;
          const [what, shape] = [`${eventName(event)} of ${nameOf(subject)}`, type.toLowerCase().replaceAll('_', '-')];
          if (lost !== undefined)
            // It was marked, as it should be; of several workers nothing tells which one took that away.
            return [
              {
                message: `${what} was marked in ${guard.table}, and a worker took the mark away again`,
                evidence: [event.record.seq, ...lost],
                shape: `${shape}-mark-removed`,
                ...named,
              },
            ];
          return [
            {
              message: `${what} was never marked in ${guard.table}`,
              evidence: [event.record.seq],
              shape: `${shape}-never-marked`,
              ...playedBy(history, role),
              ...named,
            },
          ];
        }),
      ),
    ),
};
