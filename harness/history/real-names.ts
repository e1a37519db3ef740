/**
 * What workers wrote, by real names. A history has topics and groups by their real names, and what a worker wrote as it
 * was: where the names on the broker had a prefix, a dead-letter record tells of its original by the broker's name.
 */
import { namesUnder } from '../pipeline/names.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { HistoryEvent } from './events.ts';
import { isObject } from './values.ts';

const ORIGINAL = 'originalTopic';

/** The topic's real name; one without the prefix is taken for that itself: a worker may know it by no other. */
export const realTopic = (started: HistoryEvent<'trial.started'>, topic: string): string =>
  // A prefix may be the beginning of a real name.
  pipelineOf(started.pipeline).topics.includes(topic) ? topic : (namesUnder(started.prefix).real(topic) ?? topic);

type Record = HistoryEvent<'kafka.record'>;

/** The record with another name of its original's topic, wherever it tells one. */
const renamed = (record: Record, name: (topic: string) => string): Record => {
  const inFields = (fields: object): object => {
    const topic: unknown = (fields as Readonly<{ [ORIGINAL]?: unknown }>)[ORIGINAL];
    return typeof topic === 'string' ? { ...fields, [ORIGINAL]: name(topic) } : fields;
  };
  const { headers, json } = record;
  return {
    ...record,
    headers: inFields(headers) as typeof headers,
    ...(isObject(json) ? { json: inFields(json) } : {}),
  };
};

/** The record as it would be without a prefix: what contracts are about. Not for showing it. */
export const inRealNames = (started: HistoryEvent<'trial.started'>, record: Record): Record =>
  started.prefix === undefined || record.topic !== pipelineOf(started.pipeline).deadLetterTopic
    ? record
    : renamed(record, (topic) => realTopic(started, topic));

/** A letter as if its original had lain in this topic. */
export const withOriginalTopic = (letter: Record, topic: string): Record => renamed(letter, () => topic);
