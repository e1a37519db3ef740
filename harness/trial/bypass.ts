/** Proof that the workers' traffic went through their proxies: what a worker did must have left bytes there. Pure. */
import type { History } from '../history/history.ts';
import type { Upstream } from '../pipeline/pipeline.ts';

/** What shows that some worker used the upstream since then, other than the wires. */
const used = (history: History, from: number): Readonly<Record<Upstream, boolean>> => ({
  kafka: history.of('offsets.committed').some((e) => e.seq > from && e.by === 'worker'),
  postgres: history.of('postgres.commit').some((e) => e.seq > from && e.writer === null),
  'admin-service': history.of('http.request').some((e) => e.seq > from),
});

/** One sentence for every upstream that was used though no byte passed the workers' proxies to it. */
export const bypasses = (history: History): readonly string[] => {
  // What was carried while the slot was made ready proves nothing about this trial.
  const from = history.of('trial.phase').find((e) => e.phase === 'inject')?.seq ?? 0;
  const traffic = history.of('wire.traffic').filter((e) => e.seq > from);
  if (traffic.length === 0) return ['it was not recorded what the proxies carried'];
  const carried = (upstream: Upstream): boolean => traffic.some((e) => e.upstream === upstream && e.bytesUp > 0);
  return (Object.entries(used(history, from)) as [Upstream, boolean][])
    .filter(([upstream, was]) => was && !carried(upstream))
    .map(([upstream]) => `a worker reached ${upstream} past its proxy: not one byte went through`);
};
