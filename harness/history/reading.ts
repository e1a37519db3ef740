/** What a record says of itself, read without trust: anything may be missing or of another kind. */
import type { IdKind } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { HistoryEvent } from './events.ts';
import { idOf } from './ids.ts';
import { inRealNames } from './real-names.ts';
import { isObject, text, wholeNumber } from './values.ts';
import type { DeadLetter, PipelineEvent } from './views.ts';

const typeNamed = ({ eventTypes }: Pipeline, name: unknown): string | undefined =>
  typeof name === 'string' && eventTypes.includes(name) ? name : undefined;

/** An id that is drawn as a number may be told as one; where it is not, a number is no id. */
export const readerOf = ({ drawn }: { readonly drawn?: IdKind }): ((value: unknown) => string | undefined) =>
  drawn === 'number' ? idOf : text;

/** Whose a body says that it is, by the fields of its pipeline. */
export const pairIn = (
  { pair: [student, course] }: Pipeline,
  body: Readonly<Record<string, unknown>> | undefined,
): { readonly studentId: string | undefined; readonly courseId: string | undefined } => ({
  studentId: readerOf(student)(body?.[student.field]),
  courseId: readerOf(course)(body?.[course.field]),
});

/** The type of the event that a record carries, as it says in its body or else in its header; undefined: it carries none of the pipeline's. */
export const eventTypeOf = (
  pipeline: Pipeline,
  { topic, json, headers }: Pick<HistoryEvent<'kafka.record'>, 'topic' | 'json' | 'headers'>,
): string | undefined => {
  const body = isObject(json) ? json : undefined;
  const said = typeNamed(pipeline, body?.['type']) ?? typeNamed(pipeline, headers['eventType']);
  return pipeline.topics.includes(topic) ? pipeline.eventOfTopic(topic, said) : said;
};

/** What the harness is known to have written: it may say so after the record was read. */
export interface Harness {
  /** It grows with every event that is known. */
  known(): number;
  wrote(record: HistoryEvent<'kafka.record'>): boolean;
}

/**
 * A record that was read. Asked of each again and again is who wrote it: what the harness has said to have written stays its own, and
 * what it has not may come to be. Of one class, as objects with a getter of their own take several times the room and the time.
 */
class Written {
  readonly record: HistoryEvent<'kafka.record'>;
  readonly #harness: Harness;
  #is = false;
  #asOf = -1;

  constructor(record: HistoryEvent<'kafka.record'>, harness: Harness) {
    this.record = record;
    this.#harness = harness;
  }

  get byHarness(): boolean {
    if (!this.#is && this.#asOf !== this.#harness.known()) {
      this.#is = this.#harness.wrote(this.record);
      this.#asOf = this.#harness.known();
    }
    return this.#is;
  }
}

class EventRead extends Written implements PipelineEvent {
  readonly type: string;
  readonly correlationId: string | undefined;
  readonly eventId: string | undefined;
  readonly studentId: string | undefined;
  readonly courseId: string | undefined;
  readonly body: PipelineEvent['body'];

  constructor(harness: Harness, read: Omit<PipelineEvent, 'byHarness'>) {
    super(read.record, harness);
    this.type = read.type;
    this.correlationId = read.correlationId;
    this.eventId = read.eventId;
    this.studentId = read.studentId;
    this.courseId = read.courseId;
    this.body = read.body;
  }
}

class LetterRead extends Written implements DeadLetter {
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly attempts: number | undefined;
  readonly correlationId: string | undefined;
  readonly eventId: string | undefined;
  readonly original: DeadLetter['original'];

  constructor(harness: Harness, read: Omit<DeadLetter, 'byHarness'>) {
    super(read.record, harness);
    this.topic = read.topic;
    this.partition = read.partition;
    this.offset = read.offset;
    this.attempts = read.attempts;
    this.correlationId = read.correlationId;
    this.eventId = read.eventId;
    this.original = read.original;
  }
}

/** The event a record carries: by its topic, and in a topic that is not the pipeline's by what it says of itself. */
export const readEvent = (
  pipeline: Pipeline,
  record: HistoryEvent<'kafka.record'>,
  harness: Harness,
): PipelineEvent | undefined => {
  if (record.value === null && pipeline.isCompacted(record.topic)) return undefined;
  const body = isObject(record.json) ? record.json : undefined;
  const type = eventTypeOf(pipeline, record);
  if (type === undefined) return undefined;
  const meta = isObject(body?.['_metadata']) ? body['_metadata'] : undefined;
  return new EventRead(harness, {
    record,
    type,
    correlationId:
      readerOf(pipeline.subject)(meta?.['correlationId']) ??
      text(record.headers['correlationId']) ??
      text(record.key) ??
      undefined,
    eventId: text(meta?.['eventId']) ?? text(record.headers['eventId']),
    ...pairIn(pipeline, body),
    body,
  });
};

export const readDeadLetter = (
  started: HistoryEvent<'trial.started'>,
  record: HistoryEvent<'kafka.record'>,
  harness: Harness,
): DeadLetter => {
  const { json, headers } = inRealNames(started, record);
  const body = isObject(json) ? json : {};
  /** From the body, else from the header of that name; what cannot be read is as good as absent. */
  const read = <T>(name: string, as: (value: unknown) => T | undefined): T | undefined =>
    as(body[name]) ?? as(headers[name]);
  return new LetterRead(harness, {
    record,
    topic: read('originalTopic', text),
    partition: read('originalPartition', wholeNumber),
    offset: read('originalOffset', wholeNumber),
    attempts: read('attempts', wholeNumber),
    correlationId: read('correlationId', readerOf(started.pipeline.subject)) ?? text(record.key),
    eventId: read('eventId', text),
    original: isObject(body['originalEvent']) ? body['originalEvent'] : undefined,
  });
};
