/** From a history and the contract it is judged by to its verdict. Pure: the same two give the same verdict again. */
import type { Contract } from '../contract/contract.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { BARRIER_SOURCES, endingOf, isComplete } from '../history/completeness.ts';
import { holds } from '../history/evaluate.ts';
import type { HistoryEvent } from '../history/events.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { letOthersRun, openInSteps } from '../history/open-in-steps.ts';
import type { TrialOutcome, TrialVerdict } from '../history/verdict.ts';
import { invariantsOf } from '../invariants/catalogue.ts';
import { checkInvariant, checkInvariants } from '../invariants/check-all.ts';
import type { Scenario } from '../scenario/types.ts';
import { bypasses } from './bypass.ts';
import { contractCoverage } from './contract-coverage.ts';
import { checkExpectation, isUnmet, unlessUnjudged } from './expectation.ts';
import { faultsOf } from './fired.ts';

/** Why the history as such supports no verdict. */
const doubts = (history: History): string[] => {
  const observed = history.of('trial.observed').at(-1);
  const barriers = history.of('trial.barrier');
  const settled = history.of('trial.settled').at(-1);
  return [
    ...history.of('trial.harness-error').map((e) => `the harness itself had a problem: ${e.message}`),
    ...(barriers.length === 0 ? ['no barrier was ever passed'] : []),
    ...barriers.flatMap((e) => (e.passed ? [] : [`a barrier did not come back through ${e.missing.join(', ')}`])),
    ...history
      .of('trial.gave-up')
      .map((e) => `the scenario waited ${e.waitedMs} ms in vain for ${e.description}, and left out what was to follow`),
    ...(observed === undefined ? ['the trial ended before the observation'] : []),
    ...(observed?.met === false
      ? [`the moment to look for causes did not come within ${observed.waitedMs} ms: ${observed.description}`]
      : []),
    ...(settled === undefined ? ['the trial ended before it could settle'] : []),
    ...history
      .of('process.escaped')
      .flatMap(({ worker, pids, detail, ended }) =>
        ended
          ? []
          : [`${worker} did not end or stand still: ${detail}${pids.length === 0 ? '' : ` (pid ${pids.join(', ')})`}`],
      ),
    ...bypasses(history),
  ];
};

/** A call or a transaction that never ends is no invariant's; what the groups have not read groups-drain tells. */
const unsettled = (history: History): string[] => {
  const settled = history.of('trial.settled').at(-1);
  if (settled?.settled !== false) return [];
  return [`it had not settled after ${settled.waitedMs} ms: it waited for ${settled.waitingFor.join(', ')}`];
};

/** Why what the scenario itself expects is not judged: the situation that it speaks of did not come about. */
const unjudgedBecause = (history: History, faults: TrialVerdict['faults']): string | undefined => {
  const unfired = faults.filter((fault) => !fault.fired).map(({ kind }) => kind);
  if (unfired.length > 0) return `the fault ${unfired.join(' and ')} did not fire`;
  return history.of('trial.gave-up').length > 0 ? 'steps of the scenario were left out' : undefined;
};

const afterOf = (scenario: Scenario, history: History, unjudged: boolean): TrialVerdict['after'] =>
  (scenario.after ?? []).map(({ must, message }) => ({
    met: holds(must, history),
    message,
    ...(unjudged ? { unjudged } : {}),
  }));

const outcomeOf = (
  violated: boolean,
  unexpected: boolean,
  unknown: readonly string[],
  harness: boolean,
): TrialOutcome => {
  // What the harness spoiled accuses nobody.
  if (harness) return 'unknown';
  if (violated) return 'failed';
  if (unknown.length > 0) return 'unknown';
  return unexpected ? 'failed' : 'passed';
};

/** What an ending of the trial is accused of: each violation and each condition of the scenario that is judged and not met. */
const accusations = async (history: History, scenario: Scenario, contract: Contract): Promise<readonly string[]> => {
  const accused: string[] = [];
  for (const invariant of invariantsOf(history.pipeline)) {
    await letOthersRun();
    const { id, verdict, findings } = checkInvariant(invariant, history, contract);
    if (verdict === 'violated') accused.push(...findings.map(({ message }) => `${id}: ${message}`));
  }
  if (unjudgedBecause(history, faultsOf(history)) === undefined)
    accused.push(
      ...(scenario.after ?? []).flatMap(({ must, message }) => (holds(must, history) ? [] : [`after: ${message}`])),
    );
  return accused;
};

/**
 * What would be held against the trial only because it is over: that something has not happened. What is accused
 * already, over the same events without their end, is proven by what is present and needs no waiting. Judged is what is there when it is
 * called; others have their turns meanwhile.
 */
export const accusedByAbsence = async (
  events: readonly HistoryEvent[],
  scenario: Scenario,
  contract: Contract,
): Promise<readonly string[]> => {
  const last = events.at(-1);
  if (last === undefined) return [];
  const { seq, at } = last;
  const over: HistoryEvent<'trial.settled'> = {
    seq: seq + 1,
    at,
    kind: 'trial.settled',
    source: 'trial',
    settled: true,
    waitingFor: [],
    waitedMs: 0,
  };
  const now = [...events];
  const then = await accusations((await openInSteps([...now, over])).history, scenario, contract);
  if (then.length === 0) return [];
  const { history: before } = await openInSteps(now);
  const present = new Set(await accusations(before, { ...scenario, after: [] }, contract));
  return then.filter((accusation) => !present.has(accusation));
};

const isObservation = (event: HistoryEvent): event is HistoryEvent<'trial.observed'> => event.kind === 'trial.observed';

/**
 * Judges a trial's whole history against its scenario. What happened while the fault lasted is read first, and the rest is added to it: so
 * each event is read once.
 */
export const judge = (events: readonly HistoryEvent[], scenario: Scenario, contract: Contract): TrialVerdict => {
  const observed = events.findLast(isObservation);
  const growing = observed === undefined ? [...events] : events.filter(({ seq }) => seq <= observed.upTo);
  const history = openHistory(growing);
  const causes = observed === undefined ? [] : diagnose(history);
  const found = checkExpectation(scenario, history, causes);
  for (const event of events.slice(growing.length)) growing.push(event);
  const faults = faultsOf(history);
  const because = unjudgedBecause(history, faults);
  const expectation = unlessUnjudged(found, because);
  const invariants = checkInvariants(history, contract);
  const after = afterOf(scenario, history, because !== undefined);
  const unmet = after.some((a) => !a.met && a.unjudged !== true);
  // What the scenario asks for in the end may still come while the trial has no end.
  const isOver = endingOf(history).state !== 'open' && isComplete(history, ...BARRIER_SOURCES);
  const violated = invariants.some((i) => i.verdict === 'violated') || (unmet && isOver);
  const unknown = [
    ...doubts(history),
    ...(violated ? [] : unsettled(history)),
    ...faults.filter((f) => !f.fired).map((f) => `the fault ${f.kind} did not fire`),
    ...invariants
      .filter((i) => i.verdict === 'unknown')
      .map((i) => `${i.id} cannot be decided: ${i.findings[0]?.message ?? ''}`),
  ];
  // One that lives on unseen may have done, or kept from being done, anything that came after.
  const harness =
    history.of('trial.harness-error').length > 0 || history.of('process.escaped').some(({ ended }) => !ended);
  return {
    outcome: outcomeOf(violated, isUnmet(expectation) || unmet, unknown, harness),
    unknown,
    during: { causes, expectation },
    after,
    invariants,
    faults,
    contract: contractCoverage(history, contract),
  };
};
