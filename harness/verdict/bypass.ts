/** Proof that the workers' traffic went through their proxies: what a worker did must have left bytes there. Pure. */
import type { History } from '../history/history.ts';
import { addTo } from '../history/memo.ts';

/** The workers of whom it is known that one of them used the upstream, by name; undefined: some worker did. */
type Users = readonly string[] | undefined;

/** Who used each upstream since then, as other sources than the wires show. */
const usersOf = (history: History, from: number): Readonly<Record<string, readonly Users[]>> => {
  const inGroups = new Map<string, string[]>();
  for (const { consumerGroup, name } of history.started.workers) addTo(inGroups, consumerGroup, name);
  return {
    // What is removed with its topic (-1) is the broker's doing.
    kafka: history
      .of('offsets.committed')
      .filter((e) => e.seq > from && e.by === 'worker' && e.offset >= 0)
      // A group that is nobody's: whoever it was, it was a worker.
      .map((e) => inGroups.get(e.group)),
    // A transaction does not say whose it is.
    postgres: history.of('postgres.commit').some((e) => e.seq > from && e.writer === null) ? [undefined] : [],
    // Every worker has a port of its own at a stub.
    ...Object.fromEntries(
      history.pipeline.services.map((service) => [
        service,
        history
          .of('http.request')
          .filter((e) => e.seq > from && e.service === service)
          .map((e) => [e.worker]),
      ]),
    ),
  };
};

const sentence = (who: string, upstream: string): string =>
  `${who} reached ${upstream} past its proxy: not one byte went through`;

/** One sentence for every worker that used an upstream though no byte passed its proxy to it. */
export const bypasses = (history: History): readonly string[] => {
  // What was carried while the slot was made ready proves nothing about this trial.
  const from = history.of('trial.phase').find((e) => e.phase === 'inject')?.seq ?? 0;
  const traffic = history.of('wire.traffic').filter((e) => e.seq > from);
  if (traffic.length === 0) return ['it was not recorded what the proxies carried'];
  const users = usersOf(history, from);
  return history.pipeline.upstreams.flatMap((upstream): readonly string[] => {
    const counts = traffic.filter((e) => e.upstream === upstream);
    const carried = (name: string): boolean => counts.some((e) => e.worker === name && e.bytesUp > 0);
    // Of a worker whose proxy was not counted nothing is proven.
    const isCounted = (name: string): boolean => counts.some((e) => e.worker === name);
    const past = (users[upstream] ?? []).filter(
      (names) => names !== undefined && names.every(isCounted) && !names.some(carried),
    );
    if (past.length > 0) return [...new Set(past.map((names) => sentence((names ?? []).join(' or '), upstream)))];
    const some = (users[upstream] ?? []).length > 0 && counts.every((e) => e.bytesUp === 0);
    return some ? [sentence('a worker', upstream)] : [];
  });
};
