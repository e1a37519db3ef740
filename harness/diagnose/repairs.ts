/** Commands and statements that repair what is wrong with one payment: text for a person, never run. */
import pg from 'pg';
import { shellWord } from '../base/shell.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { StageFacts } from '../diagnosis/stage.ts';
import { committedOffset, isThere } from '../history/groups.ts';
import type { PipelineEvent } from '../history/history.ts';
import { idOf } from '../history/ids.ts';
import type { Where } from './codes.ts';

const { escapeIdentifier, escapeLiteral } = pg;

type Repair = (facts: Facts, stage: StageFacts, where: Where) => readonly string[];

const kafka = (tool: string, { brokers }: Where, ...rest: readonly string[]): string =>
  [
    tool,
    '--bootstrap-server',
    shellWord(brokers),
    ...rest.map((word) => (word.startsWith('--') ? word : shellWord(word))),
  ].join(' ');

/** The stage's event as it lies in its topic now; undefined: it does not. */
const lyingThere = ({ history }: Facts, { events }: StageFacts): PipelineEvent | undefined =>
  events.find(({ record }) => isThere(history, record) !== 'no');

/** A group can be moved only while nobody is in it. */
const setOffset = (stage: StageFacts, { record }: PipelineEvent, where: Where): string =>
  `${kafka('kafka-consumer-groups.sh', where, '--group', stage.worker.group, '--topic', `${record.topic}:${record.partition}`, '--reset-offsets', '--to-offset', String(record.offset), '--execute')}   # while no member runs`;

export const whoIsThere: Repair = (facts, stage, where) => {
  const event = lyingThere(facts, stage);
  const seen = kafka(
    'kafka-consumer-groups.sh',
    where,
    '--describe',
    '--members',
    '--verbose',
    '--group',
    stage.worker.group,
  );
  if (event === undefined) return [seen];
  const { group } = stage.worker;
  const { offset } = committedOffset(facts.history, { group, topic: event.record.topic }, event.record.partition);
  // Without an offset of its own the worker decides where it begins: many begin at the end.
  return offset === undefined ? [seen, setOffset(stage, event, where)] : [seen];
};

export const moveBack: Repair = (facts, stage, where) => {
  const event = lyingThere(facts, stage);
  return event === undefined || stage.passed.length === 0 ? [] : [setOffset(stage, event, where)];
};

export const createTopic: Repair = ({ missing, history }, _, where) =>
  missing.map((topic) =>
    kafka('kafka-topics.sh', where, '--create', '--topic', topic, '--partitions', String(history.pipeline.partitions)),
  );

/** The event once more, as it is: a record of its own, which the worker reads like any other. */
export const sendAgain: Repair = (facts, stage, where) => {
  const event = lyingThere(facts, stage);
  if (event === undefined) return [];
  const { topic, partition, offset } = event.record;
  const read = kafka(
    'kafka-console-consumer.sh',
    where,
    '--topic',
    topic,
    '--partition',
    String(partition),
    '--offset',
    String(offset),
    '--max-messages',
    '1',
    '--property',
    'print.key=true',
    '--property',
    'key.separator=|',
  );
  const write = kafka(
    'kafka-console-producer.sh',
    where,
    '--topic',
    topic,
    '--property',
    'parse.key=true',
    '--property',
    'key.separator=|',
  );
  return [`${read} | ${write}`];
};

/** The missing event as far as it is known here; the contract may ask for more. */
export const sendMissing: Repair = (facts, stage, where) => {
  const { history, subject, stages } = facts;
  const { pipeline } = history;
  const before = stages.filter(({ role }) => pipeline.followersOf(role).has(stage.role)).at(-1);
  const again = before === undefined ? [] : sendAgain(facts, before, where);
  // Who should have told it tells it again once it has its own event again.
  if (again.length > 0) return again;
  const type = stage.declared.consumes;
  const naming = pipeline.namedBy(type);
  const row = before?.effects[0]?.values;
  const named = naming === undefined ? undefined : idOf(row?.['id']);
  const [student, course] = pipeline.pair;
  const body = {
    type,
    [student.field]: subject.studentId,
    [course.field]: subject.courseId,
    ...(naming === undefined || named === undefined ? {} : { [naming.by]: named }),
    _metadata: { correlationId: subject.correlationId, ...(named === undefined ? {} : { eventId: named }) },
  };
  const write = kafka(
    'kafka-console-producer.sh',
    where,
    '--topic',
    stage.topic,
    '--property',
    'parse.key=true',
    '--property',
    'key.separator=|',
  );
  return [
    `printf '%s\\n' ${shellWord(`${subject.correlationId}|${JSON.stringify(body)}`)} | ${write}   # with the further fields of its contract`,
  ];
};

export const forgetMark = ({ history, subject }: Facts, { declared }: StageFacts): readonly string[] => {
  const { table, correlation, type } = history.pipeline.guard;
  return [
    `DELETE FROM ${escapeIdentifier(table)} WHERE ${escapeIdentifier(correlation)} = ${escapeLiteral(subject.correlationId)} AND ${escapeIdentifier(type)} = ${escapeLiteral(declared.consumes)};`,
  ];
};
