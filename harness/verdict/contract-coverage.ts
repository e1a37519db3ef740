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
  const calls = judgedCalls(history, contract);
  const records = judgedRecords(history, contract);
  return {
    exercised: sortedOnce([
      ...calls.flatMap(({ judgement }) => judgement.exercised.map(({ id }) => id)),
      ...records.flatMap(({ judgement }) => judgement.exercised.map(({ id }) => id)),
    ]),
    providerStates: sortedOnce(calls.flatMap(({ judgement }) => judgement.providerStates)),
    unknownFields: sortedOnce([
      ...calls.flatMap(({ call: { request }, judgement }) =>
        judgement.unknownFields.map((path) => `${request.method} ${request.path}: ${path}`),
      ),
      ...records.flatMap(({ record, judgement, byHarness }) =>
        byHarness ? [] : judgement.unknownFields.map((path) => `${record.topic}: ${path}`),
      ),
    ]),
    uncovered: sortedOnce(calls.flatMap(({ judgement }) => judgement.uncovered ?? [])),
    pinned: pinnedBy(contract),
  };
};
