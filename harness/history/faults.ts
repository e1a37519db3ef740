/** What a fault strikes, as facts. Histories of before they were recorded say it in the fault's `target`. */
import { TOPICS, UPSTREAMS } from '../pipeline/pipeline.ts';
import type { FaultAbout, HistoryEvent } from './events.ts';
import type { History } from './history.ts';

type FaultEvent = HistoryEvent<'fault.armed' | 'fault.fired' | 'fault.healed'>;

/** Words of a target: `allocation-worker and purchase-worker to kafka`, `processed_events, PURCHASE_CREATED of ada`. */
const tokensOf = (target: string): readonly string[] => target.split(/[\s,]+/).filter((token) => token !== '');

/** The name behind the last of these words: `auto-assign for ada`, `… of ada`. */
const subjectIn = (history: History, target: string): string | undefined =>
  history.subjects
    .map(({ name }) => name)
    .find((name) => target.endsWith(` for ${name}`) || target.endsWith(` of ${name}`));

const parsed = (history: History, { target }: FaultEvent): FaultAbout => {
  const tokens = tokensOf(target);
  const strikes = ({ name, role }: { readonly name: string; readonly role: string }): boolean =>
    tokens.includes(name) || tokens.includes(role);
  const workers = [...new Set(history.started.workers.filter(strikes).map(({ name }) => name))];
  const upstream = UPSTREAMS.find((each) => target.endsWith(` to ${each}`));
  const topic = TOPICS.find((each) => each === target);
  const subject = subjectIn(history, target);
  return {
    ...(workers.length === 0 ? {} : { workers }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(topic === undefined ? {} : { topic }),
    ...(subject === undefined ? {} : { subject }),
  };
};

/** What the fault is about: what was recorded of it, and for what was not, what its target says. */
export const aboutFault = (history: History, event: FaultEvent): FaultAbout => {
  const { workers, upstream, topic, subject } = event;
  if (workers !== undefined || upstream !== undefined || topic !== undefined || subject !== undefined) return event;
  return parsed(history, event);
};

/** Names of the workers that a fault strikes; empty: it strikes none of them by name. */
export const workersOfFault = (history: History, event: FaultEvent): readonly string[] =>
  aboutFault(history, event).workers ?? [];

/** Faults that fired and have not been healed by the history's end. */
export const faultsInForce = (history: History): readonly HistoryEvent<'fault.fired'>[] =>
  history
    .of('fault.fired')
    .filter(
      ({ fault, seq }) => !history.of('fault.healed').some((healed) => healed.fault === fault && healed.seq > seq),
    );
