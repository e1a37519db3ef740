/** Every record of a history on a pinned topic as the pacts judge it, once for all who ask. */
import type { Contract } from '../contract/contract.ts';
import { isFields } from '../contract/values.ts';
import { exactJson } from '../contract/exact-json.ts';
import { judgeRecord } from '../contract/messages.ts';
import type { ActualRecord, RecordJudgement } from '../contract/messages.ts';
import type { HistoryEvent } from '../history/events.ts';
import { isOfThisTrial } from '../history/groups.ts';
import type { History } from '../history/history.ts';
import { perHistoryAnd } from '../history/memo.ts';
import { inRealNames } from '../history/real-names.ts';

export interface JudgedRecord {
  readonly record: HistoryEvent<'kafka.record'>;
  /** The record as contracts speak of it, with topics by their real names. */
  readonly told: HistoryEvent<'kafka.record'>;
  readonly judgement: RecordJudgement;
  /** The harness itself published it: nobody is accused of it. */
  readonly byHarness: boolean;
}

/** A record as the contract is asked about it. `told` has other names than the record's own text. */
export const contractRecord = (
  record: HistoryEvent<'kafka.record'>,
  told: HistoryEvent<'kafka.record'> = record,
): ActualRecord => ({
  topic: told.topic,
  key: told.key,
  headers: told.headers,
  json: told === record ? exactJson(record.value, record.json) : told.json,
});

/** Is the letter about a topic that the contract speaks of? A stage of which no pact tells is held to none. */
const isPinned = (
  { pipeline }: History,
  { topic, json }: HistoryEvent<'kafka.record'>,
  interactions: NonNullable<ReturnType<Contract['topics']['get']>>,
): boolean => {
  if (topic !== pipeline.deadLetterTopic) return true;
  const said = isFields(json) ? json['originalTopic'] : undefined;
  if (!pipeline.roles.some((role) => pipeline.consumedTopic(role) === said)) return true;
  return interactions.some(({ body }) => isFields(body) && body['originalTopic'] === said);
};

/** Undefined: it is no data record of this trial, or on no topic that the contract pins. */
const judgedRecord = (
  history: History,
  { topics }: Contract,
  record: HistoryEvent<'kafka.record'>,
): JudgedRecord | undefined => {
  const interactions = topics.get(record.topic);
  if (interactions === undefined || record.aborted === true || record.control !== undefined) return undefined;
  // It takes its key away, and tells nothing.
  if (record.value === null && history.pipeline.isCompacted(record.topic)) return undefined;
  if (!isOfThisTrial(history, record)) return undefined;
  const told = inRealNames(history.started, record);
  if (!isPinned(history, told, interactions)) return undefined;
  const judgement = judgeRecord(interactions, contractRecord(record, told));
  return { record, told, judgement, byHarness: history.producedAs(record) !== undefined };
};

/** Committed data records of this trial on topics that the contract pins, by arrival. */
export const judgedRecords = perHistoryAnd((history, contract: Contract): readonly JudgedRecord[] => {
  const judged: JudgedRecord[] = [];
  for (const record of history.of('kafka.record')) {
    const one = judgedRecord(history, contract, record);
    if (one !== undefined) judged.push(one);
  }
  return judged;
});
