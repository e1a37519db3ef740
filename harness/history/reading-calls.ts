/** What a request says of itself, read without trust: anything may be missing or of another kind. */
import type { AnswersDeclaration } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { HistoryEvent } from './events.ts';
import { sameId } from './ids.ts';
import { pairIn, readerOf } from './reading.ts';
import { isObject, text } from './values.ts';
import type { Call, CallIds } from './views.ts';

/** Names of headers in which a client may say which payment it calls for. */
export const CORRELATION_HEADERS = ['x-correlation-id', 'correlation-id', 'correlationid'] as const;

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

type Response = HistoryEvent<'http.response'>;

/** Its answer may come after it was read. Of one class, as objects with a getter of their own take several times the room and the time. */
class CallRead implements Call {
  readonly request: Call['request'];
  readonly service: string | undefined;
  readonly answers: AnswersDeclaration | undefined;
  readonly correlationIds: CallIds['correlationIds'];
  readonly studentId: string | undefined;
  readonly courseId: string | undefined;
  readonly #responses: () => ReadonlyMap<number, Response>;

  constructor(pipeline: Pipeline, request: Call['request'], responses: () => ReadonlyMap<number, Response>) {
    this.request = request;
    this.service = isOperation(pipeline, request) ? request.service : undefined;
    this.answers = this.service === undefined ? undefined : pipeline.service(this.service).answers;
    const { correlationIds, studentId, courseId } = callIdsOf(pipeline, request);
    this.correlationIds = correlationIds;
    this.studentId = studentId;
    this.courseId = courseId;
    this.#responses = responses;
  }

  get response(): Response | undefined {
    return this.#responses().get(this.request.call);
  }
}

/** `responses`: those that are known, by call id. */
export const readCall = (
  pipeline: Pipeline,
  request: Call['request'],
  responses: () => ReadonlyMap<number, Response>,
): Call => new CallRead(pipeline, request, responses);
