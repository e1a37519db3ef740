/** What a fault strikes, and how long it is in force: by what was recorded of it, never by what its words look like. */
import type { HistoryEvent } from './events.ts';
import type { History } from './history.ts';

type FaultEvent = HistoryEvent<'fault.armed' | 'fault.fired' | 'fault.healed'>;

/** Does it strike one of these workers by name? */
export const strikes = ({ workers = [] }: FaultEvent, names: readonly string[]): boolean =>
  workers.some((worker) => names.includes(worker));

/** Faults that fired and have not been healed by the history's end. */
export const faultsInForce = (history: History): readonly HistoryEvent<'fault.fired'>[] =>
  history
    .of('fault.fired')
    .filter(
      ({ fault, seq }) => !history.of('fault.healed').some((healed) => healed.fault === fault && healed.seq > seq),
    );

/** Does it keep one of these workers from that upstream? */
export const cutsOff = (fault: FaultEvent, names: readonly string[], upstream: string | undefined): boolean =>
  strikes(fault, names) && fault.disturbs === 'reach' && fault.upstream === upstream;
