/** A payment of a live system as it was read and judged: what a scenario is made of. */
import { checkedStage, factsOf } from '../../diagnosis/facts.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import type { StageFacts } from '../../diagnosis/stage.ts';
import { liveReading } from '../../history/completeness.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { openHistory } from '../../history/history.ts';
import type { History } from '../../history/history.ts';
import type { Cause } from '../../history/verdict.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import { findingsOf } from '../findings.ts';
import type { ReportedFinding } from '../findings.ts';

export interface Situation {
  readonly history: History;
  readonly pipeline: Pipeline;
  readonly facts: Facts;
  /** In the order of repair. */
  readonly causes: readonly Cause[];
  /** What else is wrong with it, or was seen. */
  readonly findings: readonly Pick<ReportedFinding, 'id' | 'code' | 'accuses'>[];
}

/** Errors: Error when the history is none of one payment of a live system. */
export const situationOf = (events: readonly HistoryEvent[]): Situation => {
  const history = openHistory(events);
  const [subject] = history.subjects;
  if (subject === undefined || liveReading(history) === undefined)
    throw new Error('this was not read of a live system');
  const facts = factsOf(history, subject);
  // Their commands are told nobody.
  const findings = findingsOf(facts, { brokers: 'HOST:PORT' });
  return { history, pipeline: history.pipeline, facts, causes: diagnose(history, [subject]), findings };
};

/** The stage that the cause speaks of. */
export const stageOf = ({ facts }: Situation, cause: Cause): StageFacts => checkedStage(facts, cause);
