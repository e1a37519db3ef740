/** What a trial's history shows of the contract. */
import { pinnedBy } from '../contract/contract.ts';
import type { Contract } from '../contract/contract.ts';
import { sortedOnce } from '../contract/coverage.ts';
import type { ContractCoverage } from '../contract/coverage.ts';
import type { History } from '../history/history.ts';
import { judgedCalls } from '../invariants/calls-honour-contract-judged.ts';
import { judgedRecords } from '../invariants/messages-honour-contract-judged.ts';

/** Pure. Records that the harness published count as exercised: its emitter stands for payment-service. */
export const contractCoverage = (history: History, contract: Contract): ContractCoverage => {
  const [exercised, providerStates] = [new Set<string>(), new Set<string>()];
  const [unknownFields, uncovered] = [new Set<string>(), new Set<string>()];
  for (const { call, judgement } of judgedCalls(history, contract)) {
    for (const { id } of judgement.exercised) exercised.add(id);
    for (const state of judgement.providerStates) providerStates.add(state);
    for (const path of judgement.unknownFields)
      unknownFields.add(`${call.request.method} ${call.request.path}: ${path}`);
    if (judgement.uncovered !== undefined) uncovered.add(judgement.uncovered);
  }
  for (const { record, judgement, byHarness } of judgedRecords(history, contract)) {
    for (const { id } of judgement.exercised) exercised.add(id);
    if (!byHarness) for (const path of judgement.unknownFields) unknownFields.add(`${record.topic}: ${path}`);
  }
  return {
    exercised: sortedOnce(exercised),
    providerStates: sortedOnce(providerStates),
    unknownFields: sortedOnce(unknownFields),
    uncovered: sortedOnce(uncovered),
    pinned: pinnedBy(contract),
  };
};
