/** Changes of a consumer group: which of them a member brought on itself by its silence. */
import type { GroupMember, HistoryEvent } from '../history/events.ts';
import { strikes } from '../history/faults.ts';
import type { History } from '../history/history.ts';
import { wasMadeBefore } from '../history/order.ts';

type Changed = HistoryEvent<'offsets.group-changed'>;
type Letter = HistoryEvent<'kafka.record'>;

export interface Rebalance {
  readonly event: Changed;
  /**
   * The group lost a member whose process lived unpaused, with no connection to Kafka cut and nobody removing it; or that
   * member came back. Nothing but its own silence, or its own leaving, explains that.
   */
  readonly ownDoing: boolean;
  /** Members that were gone then. */
  readonly lost: readonly GroupMember[];
}

/** When the act began: what came before it provably came before the events of the act. */
export const actingSince = (history: History): number =>
  history.of('trial.phase').find(({ phase }) => phase === 'act')?.seq ?? 0;

export interface Cut {
  readonly upstream: string;
  readonly event: HistoryEvent<'fault.fired'>;
}

/** Faults that took an upstream away from one of these workers. How a call is answered, and a write that is held up, is no broken connection. */
export const cutsOf = (history: History, names: readonly string[]): readonly Cut[] =>
  history.of('fault.fired').flatMap((event): Cut[] => {
    const { upstream, workers, disturbs } = event;
    if (upstream === undefined || disturbs !== 'reach') return [];
    // One that names no worker cut off whoever was there.
    return workers === undefined || strikes(event, names) ? [{ upstream, event }] : [];
  });

/** Names of the workers that are in this group. */
const workersIn = (history: History, group: string): readonly string[] =>
  history.started.workers.flatMap((worker) => (worker.consumerGroup === group ? [worker.name] : []));

/** Was any of these workers ended, started, stopped, or cut off from Kafka in this trial, by whomever? */
const wasDisturbed = (history: History, names: readonly string[]): boolean => {
  const acting = actingSince(history);
  const mine = ({ worker, seq }: { readonly worker: string; readonly seq: number }): boolean =>
    seq > acting && names.includes(worker);
  return (
    history.of('process.exited').some(mine) ||
    history.of('process.started').some(mine) ||
    history.of('process.escaped').some(({ worker }) => names.includes(worker)) ||
    // A stop from before the act may last.
    history.of('process.signalled').some(({ worker, signal }) => signal === 'SIGSTOP' && names.includes(worker)) ||
    history.of('process.seen').some((seen) => seen.state !== 'running' && mine(seen)) ||
    history.of('wire.refused').some((refused) => refused.upstream === 'kafka' && mine(refused)) ||
    cutsOf(history, names).some(({ upstream }) => upstream === 'kafka')
  );
};

const idsOf = (members: readonly GroupMember[]): ReadonlySet<string> =>
  new Set(members.map(({ memberId }) => memberId));

/** The members of the group as they were known when the act began; undefined: the history does not say. */
const membersBefore = (history: History, group: string): readonly GroupMember[] | undefined => {
  const acting = actingSince(history);
  const told = [...history.of('offsets.group-changed'), ...history.of('offsets.group-described')]
    .filter((event) => event.group === group && event.seq < acting)
    .sort((a, b) => a.seq - b.seq);
  return told.at(-1)?.members;
};

/**
 * May one of them have connected to Kafka anew since the letter? Then a process may be new behind the one that was started. A letter may be
 * recorded later than what its worker did after it: only what was provably made before it tells of nobody new.
 */
const mayHaveConnected = (history: History, names: readonly string[], letter: Letter): boolean => {
  const acting = actingSince(history);
  return history
    .of('wire.connected')
    .some(
      (event) =>
        event.upstream === 'kafka' &&
        event.seq > acting &&
        names.includes(event.worker) &&
        !wasMadeBefore(history, event, letter),
    );
};

/** Every change of the group since the act began, in its order; `first`: the letter since which a new connection tells of a new process. */
export const rebalancesOf = (history: History, group: string, first?: Letter): readonly Rebalance[] => {
  const acting = actingSince(history);
  const names = workersIn(history, group);
  const undisturbed =
    !wasDisturbed(history, names) && (first === undefined || !mayHaveConnected(history, names, first));
  const removed = history.of('offsets.member-removed').some((event) => event.group === group && event.seq > acting);
  let before = membersBefore(history, group);
  let most = before?.length;
  let hasLost = false;
  return history.of('offsets.group-changed').flatMap((event): Rebalance[] => {
    if (event.group !== group || event.seq <= acting) return [];
    const now = idsOf(event.members);
    const lost = (before ?? []).filter(({ memberId }) => !now.has(memberId));
    hasLost ||= lost.length > 0;
    // Whoever is more than the group ever had is new, and a new member is a reason of its own.
    const isOwn = undisturbed && !removed && hasLost && most !== undefined && event.members.length <= most;
    before = event.members;
    most = Math.max(most ?? 0, event.members.length);
    return [{ event, ownDoing: isOwn, lost }];
  });
};
