/** Commands and statements that repair what is wrong with one payment: text for a person, never run. */
import pg from 'pg';
import { shellWord } from '../base/shell.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { StageFacts } from '../diagnosis/stage.ts';
import { committedOffset, isThere } from '../history/groups.ts';
import type { PipelineEvent } from '../history/history.ts';
import { idOf } from '../history/ids.ts';
import { inWords, kafkaTool as kafka, linesNaming } from './tools.ts';
import type { Where } from './tools.ts';

const { escapeIdentifier, escapeLiteral } = pg;

type Repair = (facts: Facts, stage: StageFacts, where: Where) => readonly string[];

/** The stage's event as it lies in its topic now; undefined: it does not. */
const lyingThere = ({ history }: Facts, { events }: StageFacts): PipelineEvent | undefined =>
  events.find(({ record }) => isThere(history, record) !== 'no');

/** A group can be moved only while nobody is in it, and reads again whatever lies after that offset. */
const setOffset = (stage: StageFacts, { record }: PipelineEvent, where: Where): readonly string[] => {
  const at = [
    '--topic',
    `${record.topic}:${record.partition}`,
    '--reset-offsets',
    '--to-offset',
    String(record.offset),
  ];
  return [
    inWords(`while no member runs, and it then reads all of ${record.topic}-${record.partition} from there on:`),
    kafka('kafka-consumer-groups.sh', where, '--group', stage.worker.group, ...at, '--execute'),
  ];
};

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
  return offset === undefined ? [seen, ...setOffset(stage, event, where)] : [seen];
};

export const createTopic: Repair = ({ missing, history }, _, where) =>
  missing.map((topic) =>
    kafka('kafka-topics.sh', where, '--create', '--topic', topic, '--partitions', String(history.pipeline.partitions)),
  );

/** Console tools hand records on as lines: headers, key and value between tabs, headers as `name:value` with commas between them. */
const LINE_BREAKING = /[\r\n\ufffd]/;
const KEY_BREAKING = /[\t\r\n\ufffd]/;
const HEADER_BREAKING = /[\t\r\n\ufffd,:]/;

/** Why the record would become another one as a line of text; undefined: it stays as it is. */
const notAsLine = ({ key, value, headers }: PipelineEvent['record']): string | undefined => {
  if (value === null || value.truncated !== undefined) return 'its value is not known whole';
  if (LINE_BREAKING.test(value.text)) return 'its value is no single line of text';
  if (key === null) return 'it has no key';
  if (key === '' || KEY_BREAKING.test(key)) return 'its key is no plain text';
  // A header without a text may be one without a value, which is another thing.
  const isPlain = (text: string): boolean => text !== '' && !HEADER_BREAKING.test(text);
  return Object.entries(headers).flat().every(isPlain) ? undefined : 'its headers are empty or hold separators';
};

/** The payment's id as it stands in the record; undefined: it does not. */
const idInRecord = ({ key, value, headers }: PipelineEvent['record'], correlationId: string): string | undefined =>
  [key ?? '', value?.text ?? '', ...Object.values(headers)].some((text) =>
    text.toLowerCase().includes(correlationId.toLowerCase()),
  )
    ? correlationId
    : undefined;

/** The event once more, as it is: a record of its own, which the worker reads like any other. */
export const sendAgain: Repair = (facts, stage, where) => {
  const event = lyingThere(facts, stage);
  if (event === undefined) return [];
  const { topic, partition, offset, headers } = event.record;
  const id = idInRecord(event.record, facts.subject.correlationId);
  const why = notAsLine(event.record) ?? (id === undefined ? 'it does not name the payment by its id' : undefined);
  if (id === undefined || why !== undefined)
    return [
      inWords(
        `have a program send the record at offset ${offset} of ${topic}-${partition} once more, with key and headers: console tools would change it (${why})`,
      ),
    ];
  const [print, parse] = ['print', 'parse'].map((does) =>
    ['key', ...(Object.keys(headers).length > 0 ? ['headers'] : [])].flatMap((part) => [
      '--property',
      `${does}.${part}=true`,
    ]),
  );
  const at = ['--partition', String(partition), '--offset', String(offset), '--max-messages', '1'];
  const read = kafka('kafka-console-consumer.sh', where, '--topic', topic, ...at, ...(print ?? []));
  const write = kafka('kafka-console-producer.sh', where, '--topic', topic, ...(parse ?? []));
  // Where the record is gone by then the next one comes: it is somebody else's, and does not pass.
  return [`${read} | ${linesNaming(id)} | ${write}`];
};

export const forgetMark = ({ history, subject }: Facts, { declared }: StageFacts): readonly string[] => {
  const { table, correlation, type } = history.pipeline.guard;
  return [
    `DELETE FROM ${escapeIdentifier(table)} WHERE ${escapeIdentifier(correlation)} = ${escapeLiteral(subject.correlationId)} AND ${escapeIdentifier(type)} = ${escapeLiteral(declared.consumes)};`,
  ];
};

/** Once more, and so that a worker which trusts its guard does not skip it. */
export const giveAgain: Repair = (facts, stage, where) => {
  const again = sendAgain(facts, stage, where);
  return again.length === 0 || stage.guard === undefined ? again : [...forgetMark(facts, stage), ...again];
};

/** Of an event that the group is past: to move the group back would have it read all that came since once more. */
export const givePassedAgain: Repair = (facts, stage, where) =>
  stage.passed.length === 0 ? [] : giveAgain(facts, stage, where);

/** The missing event by hand, as far as it is known here: what is known is too little to be sent. */
const byHand = ({ history, subject }: Facts, stage: StageFacts, before: StageFacts | undefined): string => {
  const { pipeline } = history;
  const type = stage.declared.consumes;
  const naming = pipeline.namedBy(type);
  const named = naming === undefined ? undefined : idOf(before?.effects[0]?.values['id']);
  const [student, course] = pipeline.pair;
  const body: Readonly<Record<string, unknown>> = {
    type,
    [student.field]: subject.studentId,
    [course.field]: subject.courseId,
    ...(naming === undefined || named === undefined ? {} : { [naming.by]: named }),
    _metadata: { correlationId: subject.correlationId },
  };
  const further = (pipeline.event(type).required ?? []).filter((field) => body[field] === undefined);
  const more =
    further.length === 0
      ? 'what else its contract asks for'
      : `${further.join(', ')}, and what else its contract asks for`;
  return inWords(
    `by hand: to ${stage.topic}, with the key of its other events, ${shellWord(JSON.stringify(body))} with ${more}`,
  );
};

/**
 * By who should have told it, where its own event is there and no mark has it skipped; else, or if that tells nothing, by hand, where the row
 * is there that it tells of.
 */
export const sendMissing: Repair = (facts, stage, where) => {
  const before = facts.stages.filter(({ role }) => facts.history.pipeline.followersOf(role).has(stage.role)).at(-1);
  const again = before === undefined || before.guard !== undefined ? [] : sendAgain(facts, before, where);
  // What the event would tell of is not there.
  const isTooEarly = before !== undefined && before.entity !== undefined && before.effects.length === 0;
  return [...again, ...(isTooEarly ? [] : [byHand(facts, stage, before)])];
};
