/** Changes to the events: what an owner of a worker might do, and whether the readers would notice. */
import { readFileSync } from 'node:fs';
import type { ActualRecord } from '../../harness/contract/messages.ts';
import { purchaseConfirmed } from '../../pipelines/purchase-to-trainer/messages.ts';
import type { Kind } from './types.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A real record, and the file of the pact that its provider has to honour. */
export interface RecordUnderContract {
  readonly pact: string;
  readonly record: ActualRecord;
}

interface Sample {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
}

/** Recorded from the team's workers. */
const recorded = (file: string): ActualRecord => {
  const text = readFileSync(new URL(`./records/${file}`, import.meta.url), 'utf8');
  const { topic, key, headers, value } = JSON.parse(text) as Sample;
  return { topic, key, headers, json: value };
};

/** No PURCHASE_CONFIRMED was recorded: the harness's own. */
const confirmed = (): ActualRecord => {
  const { topic, key, headers, value } = purchaseConfirmed(
    {
      paymentId: 'd9c7e34b-bdaf-4ae8-8389-8e376b2543e4',
      studentId: '7859f5c7-3946-42d9-8a13-076ee7613e86',
      courseId: '5a409652-3015-4952-a13f-6972e4e25fdf',
      purchaseTier: 30,
      amountCents: 49_900,
      booking: undefined,
      confirmedEventId: '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91',
    },
    { now: 1_795_418_356_700 },
  );
  return { topic, key, headers, json: JSON.parse(value) as unknown };
};

export const RECORDS = {
  PURCHASE_CONFIRMED: { pact: 'purchase-worker-payment-service.json', record: confirmed() },
  PURCHASE_CREATED: { pact: 'allocation-worker-purchase-worker.json', record: recorded('purchase-created.json') },
  COURSE_ACCESS_GRANTED: {
    pact: 'course-access-readers-purchase-worker.json',
    record: recorded('course-access-granted.json'),
  },
  TRAINER_ALLOCATED: {
    pact: 'trainer-allocated-readers-allocation-worker.json',
    record: recorded('trainer-allocated.json'),
  },
  'dead-letter record': {
    pact: 'dead-letter-readers-allocation-worker.json',
    record: recorded('dead-letter-queue.json'),
  },
} as const satisfies Readonly<Record<string, RecordUnderContract>>;

export type EventMutant = Kind & {
  readonly of: keyof typeof RECORDS;
  readonly name: string;
  readonly change: (record: ActualRecord) => ActualRecord;
};

type Change = EventMutant['change'];

const value =
  (change: (fields: Fields) => unknown): Change =>
  (record) => ({ ...record, json: change(record.json as Fields) });

const meta = (change: (fields: Fields) => unknown): Change =>
  value((fields) => ({ ...fields, _metadata: change(fields['_metadata'] as Fields) }));

const without = <T>(fields: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> => {
  const { [name]: _, ...rest } = fields;
  return rest;
};

const renamed = (from: string, to: string): Change =>
  value((fields) => ({ ...without(fields, from), [to]: fields[from] }));

const removed = (name: string): Change => value((fields) => without(fields, name));

const set = (changes: Fields): Change => value((fields) => ({ ...fields, ...changes }));

const breaking = (of: EventMutant['of'], name: string, namedBy: string, change: Change): EventMutant => ({
  kind: 'breaking',
  of,
  name,
  namedBy,
  change,
});
const harmless = (of: EventMutant['of'], name: string, change: Change): EventMutant => ({
  kind: 'harmless',
  of,
  name,
  change,
});

const OTHER_ID = '0b5e0b5e-0000-4000-8000-000000000077';

/** The event with another id, in its body and in its header. */
const withEventId =
  (eventId: string): Change =>
  (record) => ({ ...meta((m) => ({ ...m, eventId }))(record), headers: { ...record.headers, eventId } });

const PURCHASE_ID = (RECORDS.PURCHASE_CREATED.record.json as { readonly purchaseId: string }).purchaseId;

export const EVENT_MUTANTS: readonly EventMutant[] = [
  breaking('PURCHASE_CONFIRMED', 'the amount is a text', '$.amountCents', set({ amountCents: '499.00' })),
  breaking('PURCHASE_CONFIRMED', 'the payment id is called id', '$.paymentId', renamed('paymentId', 'id')),
  breaking('PURCHASE_CREATED', 'purchaseId is called id', '$.purchaseId', renamed('purchaseId', 'id')),
  breaking('PURCHASE_CREATED', 'studentId is left out', '$.studentId', removed('studentId')),
  breaking('PURCHASE_CREATED', 'the tier is a text', '$.purchaseTier', set({ purchaseTier: 'thirty' })),
  breaking('PURCHASE_CREATED', 'a tier nobody sells', '$.purchaseTier', set({ purchaseTier: 25 })),
  breaking('PURCHASE_CREATED', 'no header eventId', 'header.eventId', (record) => ({
    ...record,
    headers: without(record.headers, 'eventId'),
  })),
  breaking('PURCHASE_CREATED', 'the key is the student, by name', 'key', (record) => ({ ...record, key: 'ada' })),
  breaking('PURCHASE_CREATED', 'no key', 'key', (record) => ({ ...record, key: null })),
  breaking('PURCHASE_CREATED', 'another topic', 'topic', (record) => ({ ...record, topic: 'purchases' })),
  breaking('PURCHASE_CREATED', 'not JSON', '$', (record) => ({ ...record, json: undefined })),
  breaking(
    'PURCHASE_CREATED',
    'version 2.0.0',
    '$._metadata.version',
    meta((m) => ({ ...m, version: '2.0.0' })),
  ),
  breaking('COURSE_ACCESS_GRANTED', 'courseId is null', '$.courseId', set({ courseId: null })),
  breaking('TRAINER_ALLOCATED', 'trainerId is left out', '$.trainerId', removed('trainerId')),
  breaking('TRAINER_ALLOCATED', 'the allocation id is a number', '$.allocationId', set({ allocationId: 42 })),
  breaking('TRAINER_ALLOCATED', 'no endDate', '$.endDate', set({ endDate: null })),
  breaking(
    'TRAINER_ALLOCATED',
    'no correlation id',
    '$._metadata.correlationId',
    meta((m) => without(m, 'correlationId')),
  ),
  breaking('dead-letter record', 'the reason is called error', '$.failureReason', renamed('failureReason', 'error')),
  breaking('dead-letter record', 'the time is a text', '$.failureTimestamp', set({ failureTimestamp: 'yesterday' })),
  breaking('dead-letter record', 'no header originalTopic', 'header.originalTopic', (record) => ({
    ...record,
    headers: without(record.headers, 'originalTopic'),
  })),

  harmless('PURCHASE_CONFIRMED', 'a further field', set({ currency: 'EUR' })),
  harmless('PURCHASE_CREATED', 'the plain eventId', withEventId(PURCHASE_ID)),
  harmless('PURCHASE_CREATED', 'the eventId of a recovery', withEventId(`purchase-created-${PURCHASE_ID}-recovery`)),
  harmless('PURCHASE_CREATED', 'no booking', set({ metadata: {} })),
  harmless('PURCHASE_CREATED', 'another tier', set({ purchaseTier: 10 })),
  harmless('PURCHASE_CREATED', 'a further header', (record) => ({
    ...record,
    headers: { ...record.headers, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  })),
  harmless(
    'TRAINER_ALLOCATED',
    'another trainer, other times',
    set({ trainerId: OTHER_ID, timestamp: 1_895_418_356_700 }),
  ),
  harmless(
    'TRAINER_ALLOCATED',
    'fields in another order',
    value((fields) => Object.fromEntries(Object.entries(fields).toReversed())),
  ),
  harmless('TRAINER_ALLOCATED', 'metadata after all', set({ metadata: { timeSlot: '4:00 PM' } })),
  harmless('dead-letter record', 'a longer reason', (record) => {
    const failureReason = 'Admin service answered 503: '.repeat(40);
    return { ...set({ failureReason })(record), headers: { ...record.headers, failureReason } };
  }),
];
