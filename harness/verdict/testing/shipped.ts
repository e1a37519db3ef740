/** For tests: judging by the pacts that are committed here. */
import { shippedContract } from '../../contract/testing/shipped.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { TrialVerdict } from '../../history/verdict.ts';
import type { Scenario } from '../../scenario/types.ts';
import * as judging from '../judge.ts';

export const judge = (events: readonly HistoryEvent[], scenario: Scenario): TrialVerdict =>
  judging.judge(events, scenario, shippedContract);

export const accusedByAbsence = (events: readonly HistoryEvent[], scenario: Scenario): Promise<readonly string[]> =>
  judging.accusedByAbsence(events, scenario, shippedContract);
