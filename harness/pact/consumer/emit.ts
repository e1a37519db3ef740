/** Making the real writer of a message write it: an event goes in on the real broker, the record is what comes out. */
import { randomUUID } from 'node:crypto';
import { exactJson } from '../../contract/exact-json.ts';
import type { ActualRecord } from '../../contract/messages.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { SubjectFacts } from '../../pipeline/acts.ts';
import type { Message } from '../../pipeline/message.ts';
import { purchaseConfirmed, purchaseCreated } from '../../../pipelines/purchase-to-trainer/messages.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import type { WorkerRole } from '../../pipeline/shipped.ts';
import type { Bench, Place } from './bench.ts';
import type { MessageDeclaration, Trigger } from './message.ts';
import { writePurchase } from './rows.ts';

const BOOKING: NonNullable<SubjectFacts['booking']> = {
  timeSlot: '4:00 PM',
  startDate: '2026-12-01',
  schedule: { timeSlot: '4:00 PM', startDate: '2026-12-01', mode: 'everyday' },
};

const contentsOf = ({ topic, key, headers, value, json }: HistoryEvent<'kafka.record'>): ActualRecord => ({
  topic,
  key,
  headers,
  json: exactJson(value, json),
});

const newPurchase = (trigger: Trigger): SubjectFacts => ({
  paymentId: randomUUID(),
  studentId: randomUUID(),
  courseId: randomUUID(),
  purchaseTier: 30,
  amountCents: 49_900,
  booking: trigger === 'a purchase without a booking' ? undefined : BOOKING,
  confirmedEventId: randomUUID(),
});

/** The event that the worker consumes, about this purchase. */
const eventFor = (role: WorkerRole, purchase: SubjectFacts): Message => {
  const now = Date.now();
  if (role === 'purchase-worker') return purchaseConfirmed(purchase, { now });
  const purchaseId = randomUUID();
  return purchaseCreated(purchase, purchaseId, { eventId: `purchase-created-${purchaseId}`, now });
};

const withoutCourse = (message: Message): Message => {
  const { courseId: _, ...rest } = JSON.parse(message.value) as Record<string, unknown>;
  return { ...message, value: JSON.stringify(rest) };
};

const SPOILT: Partial<Record<Trigger, (message: Message) => Message>> = {
  'an event without a course': withoutCourse,
  'no event': (message) => ({ ...message, headers: {}, value: 'not JSON' }),
};

const isRole = (name: string): name is WorkerRole => Object.hasOwn(shippedPipeline.stages, name);

/** A worker that gives an event up may go on trying it; its successor begins after it. */
const bePast = async (bench: Bench, role: WorkerRole, place: Place): Promise<void> => {
  try {
    await bench.until(`the ${role} to be done with its event`, () => bench.isPast(role, place) || undefined, {
      deadlineMs: 1000,
    });
  } catch {
    await bench.restart(bench.slot.workers.roles);
  }
};

const isAt =
  (place: Place) =>
  ({ topic, partition, offset }: Place): boolean =>
    topic === place.topic && partition === place.partition && offset === place.offset;

const byWorker = async (bench: Bench, role: WorkerRole, declaration: MessageDeclaration): Promise<ActualRecord> => {
  const { topic, trigger, description } = declaration;
  const purchase = newPurchase(trigger);
  if (trigger === 'a purchase that was there already') await writePurchase(bench, purchase, randomUUID());
  const event = eventFor(role, purchase);
  const place = await bench.publish(SPOILT[trigger]?.(event) ?? event);
  const answers = (record: { readonly headers: Readonly<Record<string, string>>; readonly key: string | null }) =>
    trigger === 'no event'
      ? record.headers['originalTopic'] === place.topic &&
        record.headers['originalPartition'] === String(place.partition) &&
        record.headers['originalOffset'] === String(place.offset)
      : record.key === purchase.paymentId;
  const record = await bench.until(
    `${description} of the ${role}`,
    () => bench.of('kafka.record').find((each) => each.topic === topic && answers(each)),
    { by: role },
  );
  await bePast(bench, role, place);
  return contentsOf(record);
};

/** payment-service is emulated by the harness: its record is read back from the broker. */
const byEmulation = async (bench: Bench, { trigger }: MessageDeclaration): Promise<ActualRecord> => {
  const place = await bench.publish(purchaseConfirmed(newPurchase(trigger), { now: Date.now() }));
  const record = await bench.until('PURCHASE_CONFIRMED to be read back', () =>
    bench.of('kafka.record').find(isAt(place)),
  );
  return contentsOf(record);
};

/**
 * What the message's writer really writes. The workers must run, with the stub as admin-service.
 * Errors: FaultlineError 'worker' when nothing comes.
 */
export const emit = (bench: Bench, declaration: MessageDeclaration): Promise<ActualRecord> => {
  const { provider } = declaration;
  return isRole(provider) ? byWorker(bench, provider, declaration) : byEmulation(bench, declaration);
};
