/** Bringing the calls of the auto-assign contract about: by the real worker process, or by a plain HTTP client. */
import { randomUUID } from 'node:crypto';
import { isFields } from '../../contract/values.ts';
import type { Address } from '../../addresses/address.ts';
import type { SubjectFacts } from '../../pipeline/acts.ts';
import { purchaseCreated } from '../../../pipelines/purchase-to-trainer/messages.ts';
import { AUTO_ASSIGN_PATH } from '../operation.ts';
import type { HttpDeclaration } from './auto-assign.ts';
import type { Bench, Place } from './bench.ts';
import { paymentOf } from './ids.ts';
import { WRITER, clearSubject, writePurchase } from './rows.ts';
import { exampleOf } from './rules.ts';
import type { Switchboard } from './switchboard.ts';

const addressOf = (url: string): Address => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
};

const purchaseOf = ({ subject }: Pick<HttpDeclaration, 'subject'>): SubjectFacts => ({
  paymentId: paymentOf(subject.studentId),
  studentId: subject.studentId,
  courseId: subject.courseId,
  purchaseTier: 30,
  amountCents: 49_900,
  booking: {
    timeSlot: '4:00 PM',
    startDate: '2026-12-01',
    schedule: { timeSlot: '4:00 PM', startDate: '2026-12-01', mode: 'everyday' },
  },
  confirmedEventId: randomUUID(),
});

/** Workers believe rows, not answers: what the answer promises must be there when they look. */
const writeAllocation = async ({ slot }: Bench, { subject, row, status }: HttpDeclaration): Promise<void> => {
  if (status >= 400) return;
  await slot.database.writeAs(WRITER, (client) =>
    client.query(
      `INSERT INTO trainer_allocations (id, student_id, course_id, requested_by, trainer_id, status)
       VALUES ($1, $2, $3, $2, $4, $5) ON CONFLICT DO NOTHING`,
      [row.id, subject.studentId, subject.courseId, row.trainerId, row.trainerId === null ? 'pending' : 'approved'],
    ),
  );
};

/** The event that makes the worker call; the purchase is there and nothing else. */
const publishPurchase = async (bench: Bench, about: Pick<HttpDeclaration, 'subject'>): Promise<Place> => {
  const purchase = purchaseOf(about);
  const purchaseId = randomUUID();
  await clearSubject(bench, purchase, purchase.paymentId);
  await writePurchase(bench, purchase, purchaseId);
  return bench.publish(
    purchaseCreated(purchase, purchaseId, { eventId: `purchase-created-${purchaseId}`, now: Date.now() }),
  );
};

/**
 * A call by the real worker: its event goes through the real broker. Resolves when the worker is done with the event, or
 * has been answered in a way that it does not take for the end; then it was started anew.
 */
export const callByWorker = async (
  bench: Bench,
  switchboard: Switchboard,
  declaration: HttpDeclaration,
  url: string,
): Promise<void> => {
  const line = switchboard.putThrough(addressOf(url), () => writeAllocation(bench, declaration));
  const place = await publishPurchase(bench, declaration);
  const calls = await bench.until(
    'the call that the allocation-worker makes, and the offset that it commits then',
    () => {
      if (bench.isPast('allocation-worker', place)) return line.ended();
      // A refusal is answered once and tried again; so is what Pact's mock server does not know.
      const enough = declaration.status >= 400 ? 1 : 2;
      return line.ended() >= enough ? line.ended() : undefined;
    },
    { by: 'allocation-worker' },
  );
  switchboard.hangUp();
  if (calls === 0) throw new Error('the allocation-worker was done with the event and had not called admin-service');
  if (!bench.isPast('allocation-worker', place)) await bench.restart(['allocation-worker']);
};

/** The body that the worker sends to admin-service about an event that says everything, as the stub received it. */
export const requestOfWorker = async (
  bench: Bench,
  switchboard: Switchboard,
): Promise<Readonly<Record<string, unknown>>> => {
  const { studentId, courseId } = { studentId: randomUUID(), courseId: randomUUID() };
  switchboard.putThrough(await bench.stubFor('allocation-worker'), () => Promise.resolve());
  const place = await publishPurchase(bench, { subject: { studentId, courseId } });
  const request = await bench.until(
    'the call that the allocation-worker makes',
    () =>
      bench
        .of('http.request')
        .map(({ json }) => json)
        .filter(isFields)
        .find((json) => json['studentId'] === studentId),
    { by: 'allocation-worker' },
  );
  await bench.until(
    'the offset that the allocation-worker commits',
    () => bench.isPast('allocation-worker', place) || undefined,
    { by: 'allocation-worker' },
  );
  switchboard.hangUp();
  return request;
};

/** The same call by a plain client, which also reads the answer. */
export const callByClient = async (declaration: HttpDeclaration, url: string): Promise<void> => {
  const response = await fetch(new URL(AUTO_ASSIGN_PATH, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(exampleOf(declaration.request)),
  });
  await response.text();
  // Otherwise Pact says what did not fit.
  if (response.status === 500 || response.status === declaration.status) return;
  throw new Error(`the mock server answered ${response.status}, not ${declaration.status}`);
};
