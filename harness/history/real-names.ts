/**
 * What workers wrote, by real names. A history has topics and groups by their real names, and what a worker wrote as it
 * was: where the names on the broker had a prefix, a dead-letter record tells of its original by the broker's name.
 */
import { namesUnder } from '../pipeline/names.ts';
import { DEAD_LETTER_TOPIC, TOPICS } from '../pipeline/pipeline.ts';
import type { HistoryEvent } from './events.ts';

const ORIGINAL = 'originalTopic';

const REAL: readonly string[] = TOPICS;

/** The topic's real name; one without the prefix is taken for that itself: a worker may know it by no other. */
export const realTopic = (started: HistoryEvent<'trial.started'>, topic: string): string =>
  // A prefix may be the beginning of a real name.
  REAL.includes(topic) ? topic : (namesUnder(started.prefix).real(topic) ?? topic);

const withReal = (started: HistoryEvent<'trial.started'>, fields: object): object => {
  const topic: unknown = (fields as Readonly<Record<string, unknown>>)[ORIGINAL];
  return typeof topic === 'string' ? { ...fields, [ORIGINAL]: realTopic(started, topic) } : fields;
};

/** The record as it would be without a prefix: what contracts are about. Not for showing it. */
export const inRealNames = (
  started: HistoryEvent<'trial.started'>,
  record: HistoryEvent<'kafka.record'>,
): HistoryEvent<'kafka.record'> => {
  if (started.prefix === undefined || record.topic !== DEAD_LETTER_TOPIC) return record;
  const { headers, json } = record;
  const isFields = typeof json === 'object' && json !== null && !Array.isArray(json);
  return {
    ...record,
    headers: withReal(started, headers) as typeof headers,
    ...(isFields ? { json: withReal(started, json) } : {}),
  };
};
