/** The verdict that a trial ends with: what is wrong is worth a look around, and whoever went on meanwhile was judged too early. */
import type { Contract } from '../contract/contract.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { TrialVerdict } from '../history/verdict.ts';
import type { Scenario } from '../scenario/types.ts';
import { judge } from './judge.ts';
import { judgedTooEarly } from './too-early.ts';
import type { IsWork } from './work.ts';

export const finalVerdict = async (parts: {
  readonly scenario: Scenario;
  readonly contract: Contract;
  /** The history so far, which looking around adds to. */
  readonly log: { readonly events: readonly HistoryEvent[]; readonly isWork: IsWork };
  /** Did the trial settle? One that was judged at its deadline was known to be unfinished. */
  readonly settled: boolean;
  /** Records what can be seen that belongs to nobody's event. */
  lookAround(): Promise<void>;
}): Promise<TrialVerdict> => {
  const { scenario, contract, settled } = parts;
  const { events, isWork } = parts.log;
  const first = judge(events, scenario, contract);
  if (first.outcome === 'passed') return first;
  await parts.lookAround();
  const verdict = judge(events, scenario, contract);
  const ending = events.findLast(({ kind }) => kind === 'trial.settled');
  // Looking takes a moment, in which somebody may have gone on.
  const late = events.find((event) => ending !== undefined && event.seq > ending.seq && isWork(event));
  return settled && late !== undefined ? judgedTooEarly(verdict, late) : verdict;
};
