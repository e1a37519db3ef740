/**
 * What a record of a known topic looks like: key, headers and value of the four events and of the dead-letter record.
 * Facts of the team's system (domain.md, recorded samples). Further fields are allowed everywhere.
 */
import { DEAD_LETTER_TOPIC, eventTypeOfTopic } from './pipeline.ts';
import type { EventType } from './pipeline.ts';

/** One place in a record that is not as it must be. */
export interface Mismatch {
  /** `value.purchaseId`, `headers.eventId`, `key`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** The parts of a record that have a shape. `json` is absent when the value is not JSON. */
export interface ShapedRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

interface Rule {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const rule = (expected: string, fits: (value: unknown) => boolean): Rule => ({ expected, fits });

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const uuid = rule('a UUID', (value) => typeof value === 'string' && UUID.test(value));
const text = rule('a text', (value) => typeof value === 'string');
const filled = rule('a non-empty text', (value) => typeof value === 'string' && value !== '');
const number = rule('a number', (value) => typeof value === 'number' && Number.isFinite(value));
const tier = rule('10, 20 or 30', (value) => value === 10 || value === 20 || value === 30);
const object = rule('an object', isFields);
const role = rule("'student', 'trainer' or 'admin'", (value) =>
  ['student', 'trainer', 'admin'].includes(value as string),
);
const version = rule("'1.0.0'", (value) => value === '1.0.0');
const wholeNumber = rule('a whole number', (value) => {
  const n = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof n === 'number' && Number.isInteger(n) && n >= 0;
});
const present = rule('a value', (value) => value !== undefined);
const exactly = (expected: string): Rule => rule(`'${expected}'`, (value) => value === expected);

type Rules = Readonly<Record<string, Rule>>;

const COMMON: Rules = { timestamp: number, userId: filled, role };
const META: Rules = { eventId: filled, correlationId: filled, timestamp: number, source: filled, version };
const PURCHASE: Rules = { purchaseId: uuid, studentId: uuid, courseId: uuid, purchaseTier: tier };

/** The fields of each event's own. */
const OWN: Readonly<Record<EventType, Rules>> = {
  PURCHASE_CONFIRMED: { paymentId: uuid, studentId: uuid, courseId: uuid, amountCents: number },
  PURCHASE_CREATED: PURCHASE,
  COURSE_ACCESS_GRANTED: PURCHASE,
  TRAINER_ALLOCATED: {
    allocationId: uuid,
    trainerId: uuid,
    studentId: uuid,
    courseId: uuid,
    sessionCount: number,
    startDate: text,
    endDate: text,
  },
};

const oneOf = (...allowed: readonly string[]): Rule =>
  rule(allowed.map((each) => `'${each}'`).join(' or '), (value) => allowed.includes(value as string));

/** The event's id follows from its body, in every variant that is normal. */
const EVENT_IDS: Readonly<Record<EventType, (body: Fields) => Rule>> = {
  PURCHASE_CONFIRMED: () => uuid,
  PURCHASE_CREATED: ({ purchaseId }) => {
    const id = textOf(purchaseId);
    return oneOf(id, `purchase-created-${id}`, `${id}-recovery`, `purchase-created-${id}-recovery`);
  },
  COURSE_ACCESS_GRANTED: ({ purchaseId }) => oneOf(`course-access-granted-${textOf(purchaseId)}`),
  TRAINER_ALLOCATED: ({ allocationId }) => oneOf(textOf(allocationId)),
};

const show = (value: unknown): string => {
  if (value === undefined) return 'absent';
  const json = jsonOf(value);
  return json.length > 60 ? `${json.slice(0, 59)}…` : json;
};

/** JSON of anything; what is nested too deeply for it is only named. */
const jsonOf = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
};

/** Not String(): a worker's `{"toString":1}` would throw there. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : jsonOf(value));

const check = (path: string, value: unknown, { expected, fits }: Rule): Mismatch[] =>
  fits(value) ? [] : [{ path, expected, actual: show(value) }];

const checkAll = (path: string, values: Fields, rules: Rules): Mismatch[] =>
  Object.entries(rules).flatMap(([name, each]) => check(`${path}.${name}`, values[name], each));

const notJson = ({ json }: ShapedRecord): Mismatch[] => [
  { path: 'value', expected: 'a JSON object', actual: json === undefined ? 'not JSON' : show(json) },
];

/** Mismatches in the fields that are the event's own: without them its work cannot be done. */
export const ownFieldMismatches = (type: EventType, json: unknown): readonly Mismatch[] =>
  isFields(json) ? checkAll('value', json, OWN[type]) : notJson({ topic: '', key: null, headers: {}, json });

const eventMismatches = (type: EventType, record: ShapedRecord): Mismatch[] => {
  const { json: body, headers, key } = record;
  if (!isFields(body)) return notJson(record);
  const meta = isFields(body['_metadata']) ? body['_metadata'] : undefined;
  const { metadata } = body;
  return [
    ...check('value.type', body['type'], exactly(type)),
    ...checkAll('value', body, COMMON),
    ...checkAll('value', body, OWN[type]),
    // TRAINER_ALLOCATED carries no booking; where it does, it is one all the same.
    ...(type === 'TRAINER_ALLOCATED' && metadata === undefined ? [] : check('value.metadata', metadata, object)),
    ...(meta === undefined
      ? check('value._metadata', body['_metadata'], object)
      : [
          ...checkAll('value._metadata', meta, META),
          ...check('value._metadata.eventId', meta['eventId'], EVENT_IDS[type](body)),
          ...check('key', key, exactly(textOf(meta['correlationId']))),
          ...['eventId', 'correlationId', 'source', 'version'].flatMap((name) =>
            check(`headers.${name}`, headers[name], exactly(textOf(meta[name]))),
          ),
        ]),
    ...check('headers.eventType', headers['eventType'], exactly(type)),
  ];
};

const LETTER: Rules = {
  originalEvent: present,
  originalTopic: filled,
  originalPartition: wholeNumber,
  originalOffset: wholeNumber,
  failureReason: filled,
  failureTimestamp: number,
  attempts: wholeNumber,
};

/** Ids that the original event had, and that its dead-letter record therefore must repeat. */
export interface OriginalIds {
  readonly correlationId: boolean;
  readonly eventId: boolean;
}

const letterMismatches = (record: ShapedRecord, had: OriginalIds): Mismatch[] => {
  const { json: body, headers, key } = record;
  if (!isFields(body)) return notJson(record);
  const repeated = ['originalTopic', 'originalPartition', 'originalOffset', 'failureReason'];
  return [
    ...checkAll('value', body, LETTER),
    ...repeated.flatMap((name) =>
      body[name] === undefined ? [] : check(`headers.${name}`, headers[name], exactly(textOf(body[name]))),
    ),
    ...(['correlationId', 'eventId'] as const).flatMap((name) =>
      had[name]
        ? [
            ...check(`value.${name}`, body[name], filled),
            ...check(`headers.${name}`, headers[name], exactly(textOf(body[name]))),
          ]
        : [],
    ),
    ...(had.correlationId ? check('key', key, exactly(textOf(body['correlationId']))) : []),
  ];
};

/**
 * Where a record does not fit the shape of its topic; undefined for a topic without a known shape. Never throws,
 * whatever the record holds.
 */
export const mismatchesOf = (
  record: ShapedRecord,
  had: OriginalIds = { correlationId: true, eventId: true },
): readonly Mismatch[] | undefined => {
  if (record.topic === DEAD_LETTER_TOPIC) return letterMismatches(record, had);
  const type = eventTypeOfTopic(record.topic);
  return type === undefined ? undefined : eventMismatches(type, record);
};
