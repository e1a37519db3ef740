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

const withoutQuery = (path: string): string => {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
};

type Fields = Readonly<Record<string, unknown>>;

const eachOnce = (ids: readonly string[]): readonly string[] => (ids.length < 2 ? ids : [...new Set(ids)]);

/** The ids that stand under these names, each once. */
const idsUnder = (
  names: readonly string[],
  places: readonly Fields[],
  read: (value: unknown) => string | undefined,
): readonly string[] => {
  const ids: string[] = [];
  for (const place of places)
    for (const name of names) {
      const id = read(place[name]);
      if (id !== undefined) ids.push(id);
    }
  return eachOnce(ids);
};

const objectsIn = (fields: Fields): readonly Fields[] => {
  const objects: Fields[] = [];
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (isObject(value)) objects.push(value);
  }
  return objects;
};

/** As it was recorded, and as headers say it. */
const idsBeside = (recorded: string | undefined, headers: Asked['headers']): readonly string[] => {
  const said = idsUnder(CORRELATION_HEADERS, [headers], text);
  const read = text(recorded);
  return read === undefined ? said : eachOnce([read, ...said]);
};

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
  const names = pipeline.subject.id === undefined ? ['correlationId'] : ['correlationId', pipeline.subject.id];
  const read = readerOf(pipeline.subject);
  const [onTop, inside] = [idsUnder(names, [named, body], read), idsUnder(names, objectsIn(body), read)];
  const isSaid = (id: string): boolean => sameId(id, correlationId);
  // It was recorded under one of those that it names; where its body is not kept, nothing else tells.
  const recorded = onTop.some(isSaid) || inside.some(isSaid) ? undefined : correlationId;
  return {
    correlationIds: [idsBeside(recorded, headers), onTop, inside],
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
