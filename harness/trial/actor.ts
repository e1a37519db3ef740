/** The harness as payment-service (and, where a step says so, as another service): performs a scenario's steps. */
import { FaultlineError } from '../base/errors.ts';
import type { RecordEvent } from '../history/events.ts';
import { describe } from '../history/describe.ts';
import { findPurchase, insertPayment, insertPurchase } from '../database/rows.ts';
import type { PaymentRow } from '../database/rows.ts';
import { bookingMetadata, purchaseConfirmed, purchaseCreated } from '../pipeline/messages.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import type { Step } from '../scenario/types.ts';
import { PHASE_DEADLINE_MS, WAIT_DEADLINE_MS } from './deadlines.ts';
import type { Slot } from './slot/slot.ts';
import type { Watch } from './watch.ts';

export interface Actor {
  /** Errors: FaultlineError 'scenario' when the step's ground is not there (e.g. no purchase row to emit for). */
  perform(step: Step): Promise<void>;
}

const PAYMENT_SERVICE = 'payment-service';

type Performers = { readonly [K in Step['do']]: (step: Extract<Step, { do: K }>) => Promise<void> };

/** Finds a subject by its name in the scenario. */
export const subjectNamed = (subjects: readonly ResolvedSubject[], name: string): ResolvedSubject => {
  const subject = subjects.find((s) => s.name === name);
  if (subject === undefined)
    throw new FaultlineError('scenario', `there is no subject named ${name}`, 'Name it under given.subjects.');
  return subject;
};

const paymentRow = (subject: ResolvedSubject): PaymentRow => ({
  id: subject.paymentId,
  studentId: subject.studentId,
  courseId: subject.courseId,
  amountCents: subject.amountCents,
  metadata: bookingMetadata(subject),
});

export const createActor = (parts: {
  readonly slot: Slot;
  readonly subjects: readonly ResolvedSubject[];
  readonly watch: Watch;
  readonly record: RecordEvent;
}): Actor => {
  const { slot, watch } = parts;
  const of = (name: string): ResolvedSubject => subjectNamed(parts.subjects, name);

  const performers: Performers = {
    pay: async ({ subjects }) => {
      await Promise.all(
        subjects.map(of).map(async (subject) => {
          await insertPayment(slot.database, PAYMENT_SERVICE, paymentRow(subject));
          await slot.produce(purchaseConfirmed(subject, { now: Date.now() }), PAYMENT_SERVICE);
        }),
      );
    },
    'write-purchase': async ({ subject }) => {
      const about = of(subject);
      await insertPayment(slot.database, PAYMENT_SERVICE, paymentRow(about));
      await insertPurchase(slot.database, PAYMENT_SERVICE, {
        id: about.purchaseId,
        studentId: about.studentId,
        courseId: about.courseId,
        purchaseTier: about.purchaseTier,
        metadata: bookingMetadata(about),
      });
    },
    'emit-purchase-created': async ({ subject: name, eventId = 'fresh', partition }) => {
      const subject = of(name);
      const purchaseId = (await findPurchase(slot.database, subject.studentId, subject.courseId))?.id;
      if (purchaseId === undefined)
        throw new FaultlineError('scenario', `${name} has no purchase row to emit PURCHASE_CREATED for`);
      const id = `purchase-created-${purchaseId}${eventId === 'recovery' ? '-recovery' : ''}`;
      const message = purchaseCreated(subject, purchaseId, { eventId: id, now: Date.now() });
      await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, PAYMENT_SERVICE);
    },
    'publish-raw': async ({ topic, subject, value, partition }) => {
      const message = { topic, key: of(subject).paymentId, headers: {}, value };
      await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, 'scenario');
    },
    wait: async ({ until, deadlineMs = WAIT_DEADLINE_MS }) => {
      const { met } = await watch.until(until, deadlineMs);
      if (!met) throw new FaultlineError('scenario', `waited ${deadlineMs} ms in vain for: ${describe(until)}`);
    },
  };

  return { perform: (step) => (performers[step.do] as (s: Step) => Promise<void>)(step) };
};
