/** What a record or a request says of itself, read without trust: anything may be missing or of another kind. */
import type { IdKind } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { HistoryEvent } from './events.ts';
import { idOf, sameId } from './ids.ts';
import { inRealNames } from './real-names.ts';
import { isObject, text, wholeNumber } from './values.ts';
import type { CallIds, DeadLetter, PipelineEvent } from './views.ts';

const typeNamed = ({ eventTypes }: Pipeline, name: unknown): string | undefined =>
  eventTypes.find((type) => type === name);

/** An id that is drawn as a number may be told as one; where it is not, a number is no id. */
const readerOf = ({ drawn }: { readonly drawn?: IdKind }): ((value: unknown) => string | undefined) =>
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

/** The event a record carries: by its topic, and in a topic that is not the pipeline's by what it says of itself. */
export const readEvent = (
  pipeline: Pipeline,
  record: HistoryEvent<'kafka.record'>,
  byHarness: () => boolean,
): PipelineEvent | undefined => {
  if (record.value === null && pipeline.isCompacted(record.topic)) return undefined;
  const body = isObject(record.json) ? record.json : undefined;
  const type = eventTypeOf(pipeline, record);
  if (type === undefined) return undefined;
  const meta = isObject(body?.['_metadata']) ? body['_metadata'] : undefined;
  return {
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
    get byHarness() {
      return byHarness();
    },
  };
};

export const readDeadLetter = (
  started: HistoryEvent<'trial.started'>,
  record: HistoryEvent<'kafka.record'>,
  byHarness: () => boolean,
): DeadLetter => {
  const { json, headers } = inRealNames(started, record);
  const body = isObject(json) ? json : {};
  /** From the body, else from the header of that name; what cannot be read is as good as absent. */
  const read = <T>(name: string, as: (value: unknown) => T | undefined): T | undefined =>
    as(body[name]) ?? as(headers[name]);
  return {
    record,
    topic: read('originalTopic', text),
    partition: read('originalPartition', wholeNumber),
    offset: read('originalOffset', wholeNumber),
    attempts: read('attempts', wholeNumber),
    correlationId: read('correlationId', readerOf(started.pipeline.subject)) ?? text(record.key),
    eventId: read('eventId', text),
    original: isObject(body['originalEvent']) ? body['originalEvent'] : undefined,
    get byHarness() {
      return byHarness();
    },
  };
};

/** Names of headers in which a client may say which payment it calls for. */
const CORRELATION_HEADERS = ['x-correlation-id', 'correlation-id', 'correlationid'] as const;

type Asked = Pick<HistoryEvent<'http.request'>, 'service' | 'method' | 'path' | 'headers' | 'json'> & {
  /** The one under which it was recorded. */
  readonly correlationId?: string | undefined;
};

const withoutQuery = (path: string): string => path.split(/[?#]/)[0] ?? '';

const allOf = (values: readonly unknown[], read: (value: unknown) => string | undefined): readonly string[] => [
  ...new Set(values.flatMap((value) => read(value) ?? [])),
];

/**
 * What a request says of whom it is about: in headers, in what its path names, in its body and in the objects of that (such as
 * metadata). The subject's id may stand there under its own name.
 */
export const callIdsOf = (
  pipeline: Pipeline,
  { service, method, path, headers, json, correlationId }: Asked,
): CallIds => {
  const named = pipeline.namedInPath(service, method, withoutQuery(path)) ?? {};
  const body = isObject(json) ? json : {};
  const names = ['correlationId', ...(pipeline.subject.id === undefined ? [] : [pipeline.subject.id])];
  const idsIn = (places: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
    allOf(
      places.flatMap((place) => names.map((name) => place[name])),
      readerOf(pipeline.subject),
    );
  const inside = [idsIn([named, body]), idsIn(Object.values(body).filter(isObject))];
  // It was recorded under one of those that it names; where its body is not kept, nothing else tells.
  const recorded = inside.flat().some((id) => sameId(id, correlationId)) ? undefined : correlationId;
  return {
    correlationIds: [allOf([recorded, ...CORRELATION_HEADERS.map((name) => headers[name])], text), ...inside],
    ...pairIn(pipeline, { ...named, ...body }),
  };
};

/** Is it a request for the operation of the service that it was sent to? Anything else at a service is no call. */
export const isOperation = (
  pipeline: Pipeline,
  { service, method, path }: Pick<HistoryEvent<'http.request'>, 'service' | 'method' | 'path'>,
): boolean => pipeline.isOperation(service, method, withoutQuery(path));
