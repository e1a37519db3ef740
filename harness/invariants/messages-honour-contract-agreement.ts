/**
 * What must agree within one record: key, headers and ids that repeat or follow from the value. Pacts judge each place by
 * itself and cannot say it. Facts of the team's system (docs/pipeline.md).
 */
import { isFields, show } from '../contract/values.ts';
import type { Mismatch } from '../contract/match.ts';
import { normalId, sameId } from '../history/ids.ts';
import type { EventDeclaration } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The parts of a record that must agree. */
export interface AgreeingRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** Ids that the original event had, and that its dead-letter record therefore must repeat. */
export interface OriginalIds {
  readonly correlationId: boolean;
  readonly eventId: boolean;
}

/** The name under which these rules stand where an interaction's would. */
const AGREEMENT = 'what a record says twice';

const wrong = (part: Mismatch['part'], path: string, rule: string, expected: string, actual: unknown): Mismatch => ({
  interaction: AGREEMENT,
  part,
  path,
  rule,
  expected,
  actual: show(actual),
});

const asText = (value: unknown): string => (typeof value === 'string' ? value : show(value));

/** UUIDs are the same in any case, also within an id that is made of one. */
const isSame = (a: unknown, b: unknown): boolean => a === b || sameId(a, b);
const isSameText = (a: string, b: string): boolean => a === b || normalId(a) === normalId(b);

const NONE: readonly never[] = [];

/** A place that repeats another: nothing to say where either is missing, which the pact judges. */
const repeats = (part: Mismatch['part'], path: string, actual: unknown, original: unknown): readonly Mismatch[] =>
  original === undefined || actual === undefined || actual === null || isSame(actual, asText(original))
    ? NONE
    : [wrong(part, path, 'repeats', show(asText(original)), actual)];

/** An id with the fields of a body that it is made of: what stands before each, its name, and what stands behind the last. */
interface IdPattern {
  readonly fields: readonly { readonly before: string; readonly name: string }[];
  readonly behind: string;
}

const FIELD = /\{(\w+)\}/;

const patternOf = (id: string): IdPattern => {
  // Of what is split by a group every other part is the group's.
  const parts = id.split(FIELD);
  const fields = parts.flatMap((before, i) =>
    i % 2 === 0 && i + 1 < parts.length ? [{ before, name: parts[i + 1] ?? '' }] : [],
  );
  return { fields, behind: parts.at(-1) ?? '' };
};

/** Asked of every record: read once for each event that is declared. */
const patterns = new WeakMap<EventDeclaration, readonly IdPattern[]>();

const patternsOf = (event: EventDeclaration, ids: readonly string[]): readonly IdPattern[] => {
  let known = patterns.get(event);
  if (known === undefined) patterns.set(event, (known = ids.map(patternOf)));
  return known;
};

const filled = ({ fields, behind }: IdPattern, body: Fields): string => {
  let id = '';
  for (const { before, name } of fields) id += before + asText(body[name]);
  return id + behind;
};

/** The event's id where it follows from its body, in every variant that is normal. */
const idsFrom = (event: EventDeclaration, ids: readonly string[], body: Fields): readonly string[] =>
  patternsOf(event, ids).map((pattern) => filled(pattern, body));

/** Is it that id? Of one with a part that is another each time, what stands before it and behind it. */
const isId = (said: string, is: string): boolean => {
  if (said === is && !said.includes('*')) return true;
  const [before = '', behind] = said.split('*');
  if (behind === undefined) return isSame(said, is);
  const [head, tail] = [is.slice(0, before.length), behind === '' ? '' : is.slice(-behind.length)];
  return is.length > before.length + behind.length && isSameText(before, head) && isSameText(behind, tail);
};

const IN_HEADERS = ['eventId', 'correlationId', 'source', 'version'].map((name) => ({ name, path: `header.${name}` }));

/** Does the event's id follow from its body, where it is to, and in a variant that is normal? */
const notFollowing = (event: EventDeclaration, body: Fields, eventId: unknown): readonly Mismatch[] => {
  const ids = event.eventIds;
  // Undefined: it has one of its own.
  if (ids === undefined || eventId === undefined) return NONE;
  const said = asText(eventId);
  if (patternsOf(event, ids).some((pattern) => isId(filled(pattern, body), said))) return NONE;
  const expected = idsFrom(event, ids, body).join(' or ');
  return [wrong('body', '$._metadata.eventId', 'follows from the body', expected, eventId)];
};

const ofEvent = (event: EventDeclaration, body: Fields, { key, headers }: AgreeingRecord): readonly Mismatch[] => {
  const meta = isFields(body['_metadata']) ? body['_metadata'] : undefined;
  if (meta === undefined) return NONE;
  const found: Mismatch[] = [];
  found.push(...notFollowing(event, body, meta['eventId']));
  found.push(...repeats('metadata', 'key', key, meta['correlationId']));
  for (const { name, path } of IN_HEADERS) found.push(...repeats('metadata', path, headers[name], meta[name]));
  return found;
};

const REPEATED = ['originalTopic', 'originalPartition', 'originalOffset', 'failureReason'];
const IDS = ['correlationId', 'eventId'] as const;

const ofLetter = (body: Fields, { key, headers }: AgreeingRecord, had: OriginalIds): readonly Mismatch[] => {
  const isFilled = (name: string): readonly Mismatch[] =>
    typeof body[name] === 'string' && body[name] !== ''
      ? []
      : [wrong('body', `$.${name}`, 'repeats', "the original's", body[name])];
  return [
    ...REPEATED.flatMap((name) => repeats('metadata', `header.${name}`, headers[name], body[name])),
    ...IDS.flatMap((name) =>
      had[name]
        ? [
            ...isFilled(name),
            ...repeats('metadata', `header.${name}`, headers[name], body[name]),
            ...(headers[name] === undefined
              ? [wrong('metadata', `header.${name}`, 'repeats', show(body[name]), undefined)]
              : []),
          ]
        : [],
    ),
    ...(had.correlationId && !isSame(key, body['correlationId'])
      ? [wrong('metadata', 'key', 'repeats', show(body['correlationId']), key)]
      : []),
  ];
};

/** Where a record disagrees with itself; empty for a topic without such rules. Never throws. */
export const disagreements = (
  { deadLetterTopic, eventOfTopic, event }: Pipeline,
  record: AgreeingRecord,
  had: OriginalIds = { correlationId: true, eventId: true },
): readonly Mismatch[] => {
  const { json: body, topic } = record;
  if (!isFields(body)) return [];
  if (topic === deadLetterTopic) return ofLetter(body, record, had);
  const type = eventOfTopic(topic, body['type'] ?? record.headers['eventType']);
  return type === undefined ? [] : ofEvent(event(type), body, record);
};
