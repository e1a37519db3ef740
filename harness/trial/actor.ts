/** The harness as payment-service (and, where a step says so, as another service): performs a scenario's steps. */
import { withDeadline } from '../base/deadline.ts';
import { FaultlineError } from '../base/errors.ts';
import { describe } from '../history/describe.ts';
import { eventsOf } from '../history/subjects.ts';
import { findPurchase, insertPayment, insertPurchase } from '../database/rows.ts';
import type { PaymentRow } from '../database/rows.ts';
import type { ActDeclaration, ActName } from '../pipeline/declaration.ts';
import { bookingMetadata, purchaseConfirmed, purchaseCreated, toldBy } from '../pipeline/messages.ts';
import { tellingOf } from '../pipeline/telling.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import type { Step } from '../scenario/types.ts';
import { uuidFrom } from '../base/uuid-from.ts';
import type { AwaitCondition } from './await-condition.ts';
import { PHASE_DEADLINE_MS, WAIT_DEADLINE_MS } from './deadlines.ts';
import { eachOf } from './each-of.ts';
import type { Slot } from '../slot/slot.ts';
import type { TrialLog } from './trial-log.ts';

export interface Actor {
  /**
   * Performs the steps one after the other. Stops before its end when a step waits in vain: the pipeline did not get
   * there, which is recorded and judged. Errors: FaultlineError 'scenario' when a step's ground is not there (e.g. no
   * purchase row to emit for).
   */
  perform(steps: readonly Step[]): Promise<void>;
}

/** So many at once: hundreds would keep the stub, whose calls write over the same connections, waiting behind them. */
const AT_ONCE = 4;

/** A step's work; false: it waited in vain. */
type Performers = { readonly [K in Step['do']]: (step: Extract<Step, { do: K }>) => Promise<void | false> };

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

/** The eventId of a subject's beginnings by number: its own, then others drawn from it. */
const beginningId = ({ confirmedEventId: own }: ResolvedSubject, number: number): string =>
  number === 0 ? own : uuidFrom(own, number);

/** The id of a purchase's event that the harness emits; `last` is that of the latest one, which its service chose. */
const EVENT_IDS = {
  fresh: (purchaseId: string) => `purchase-created-${purchaseId}`,
  again: (purchaseId: string, last?: string) => last ?? `purchase-created-${purchaseId}`,
  recovery: (purchaseId: string) => `purchase-created-${purchaseId}-recovery`,
} as const;

export const createActor = (parts: {
  readonly slot: Slot;
  readonly subjects: readonly ResolvedSubject[];
  readonly log: Pick<TrialLog, 'watch' | 'record'>;
  readonly awaitCondition: AwaitCondition;
}): Actor => {
  const { slot, log } = parts;
  const of = (name: string): ResolvedSubject => subjectNamed(parts.subjects, name);
  const { pipeline } = slot.database;
  /** No scenario with another act gets this far. */
  const act = (name: ActName): ActDeclaration => {
    const declared = pipeline.acts[name];
    if (declared === undefined) throw new Error(`the pipeline has no act ${name}`);
    return declared;
  };

  const paid = new Set<string>();
  /** By subject and event, how often its beginning was told. */
  const begun = new Map<string, number>();
  const nextEventId = (subject: ResolvedSubject, event: string, asked: 'fresh' | 'again'): string => {
    const key = `${subject.name} ${event}`;
    const number = asked === 'again' ? 0 : (begun.get(key) ?? 0);
    begun.set(key, number + 1);
    return beginningId(subject, number);
  };

  /** A payment is made once, however often it is confirmed. */
  const payOnce = async (subject: ResolvedSubject, as: string): Promise<void> => {
    if (paid.has(subject.paymentId)) return;
    paid.add(subject.paymentId);
    await insertPayment(slot.database, as, paymentRow(subject));
  };

  const lastEventId = (subject: ResolvedSubject, event: string): string | undefined =>
    eventsOf(log.watch.history(), subject, event).at(-1)?.eventId;

  const performers: Performers = {
    pay: async ({ subjects, eventId = 'fresh', partition }) => {
      const declared = act('pay');
      const { about, as } = declared;
      const told = toldBy(pipeline, declared);
      await eachOf(subjects.map(of), AT_ONCE, async (subject) => {
        await payOnce(subject, as);
        const message = purchaseConfirmed(subject, {
          eventId: nextEventId(subject, about, eventId),
          now: Date.now(),
          told,
        });
        await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, as);
      });
    },
    tell: async ({ event, subjects, fields, eventId = 'fresh', partition }) => {
      await Promise.all(
        subjects.map(of).map(async (subject) => {
          const message = tellingOf(pipeline, event, subject, {
            eventId: nextEventId(subject, event, eventId),
            now: Date.now(),
            ...(fields === undefined ? {} : { fields }),
          });
          await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, 'scenario');
        }),
      );
    },
    'write-purchase': async ({ subject }) => {
      const about = of(subject);
      const { as } = act('write-purchase');
      await payOnce(about, as);
      await insertPurchase(slot.database, as, {
        id: about.purchaseId,
        studentId: about.studentId,
        courseId: about.courseId,
        purchaseTier: about.purchaseTier,
        metadata: bookingMetadata(about),
      });
    },
    'emit-purchase-created': async ({ subject: name, eventId = 'fresh', partition }) => {
      const subject = of(name);
      const declared = act('emit-purchase-created');
      const { about, as } = declared;
      const purchaseId = (await findPurchase(slot.database, subject.studentId, subject.courseId))?.id;
      if (purchaseId === undefined)
        throw new FaultlineError('scenario', `${name} has no purchase row to emit ${about} for`);
      const message = purchaseCreated(subject, purchaseId, {
        eventId: EVENT_IDS[eventId](purchaseId, lastEventId(subject, about)),
        now: Date.now(),
        told: toldBy(pipeline, declared),
      });
      await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, as);
    },
    'publish-raw': async ({ topic, subject, value, partition }) => {
      const message = { topic, key: of(subject).paymentId, headers: {}, value };
      await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, 'scenario');
    },
    wait: async ({ until, deadlineMs = WAIT_DEADLINE_MS }) => {
      const { met, waitedMs } = await parts.awaitCondition(until, deadlineMs);
      if (met) return undefined;
      log.record({
        kind: 'trial.gave-up',
        source: 'trial',
        description: describe(log.watch.history().pipeline, until),
        waitedMs,
      });
      return false;
    },
  };

  const perform = (step: Step): Promise<void | false> => {
    const work = (performers[step.do] as (s: Step) => Promise<void | false>)(step);
    // A step that waits has a deadline of its own.
    if (step.do === 'wait') return work;
    const thousands = 'subjects' in step ? Math.ceil(step.subjects.length / 1000) : 1;
    return withDeadline(work, PHASE_DEADLINE_MS * Math.max(1, thousands), `the step ${step.do}`);
  };

  return {
    perform: async (steps) => {
      for (const step of steps) if ((await perform(step)) === false) return;
    },
  };
};
