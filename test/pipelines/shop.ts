/** Histories of the example of a pipeline that shares nothing with the shipped one, step by step. */
import { shippedContract } from '../../harness/contract/testing/shipped.ts';
import type { Subject } from '../../harness/history/events.ts';
import { openHistory } from '../../harness/history/history.ts';
import type { History } from '../../harness/history/history.ts';
import { filledIn } from '../../harness/history/of-before.ts';
import { build } from '../../harness/history/testing/build.ts';
import type { Build } from '../../harness/history/testing/build.ts';
import { checkInvariants } from '../../harness/invariants/check-all.ts';
import type { PipelineDeclaration } from '../../harness/pipeline/declaration.ts';
import { drawnAs } from '../../harness/scenario/drawn-id.ts';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';

/** All that is not as it should be: the invariant, and what it says. */
export const wrong = (history: History): readonly string[] =>
  checkInvariants(history, shippedContract).flatMap(({ id, verdict, findings }) =>
    verdict === 'holds' ? [] : findings.map(({ message }) => `${id} ${verdict}: ${message}`),
  );

/** The same shop, whose orders, customers and articles are known by numbers. */
const byNumbers: PipelineDeclaration = {
  ...orderToShipment,
  subject: {
    ...orderToShipment.subject,
    drawn: 'number',
    pair: [
      { field: 'customerId', column: 'customer_id', drawn: 'number' },
      { field: 'articleId', column: 'article_id', drawn: 'number' },
    ],
  },
};

const numbered = (subject: Subject): Subject => ({
  ...subject,
  correlationId: drawnAs('number', '', subject.correlationId),
  studentId: drawnAs('number', '', subject.studentId),
  courseId: drawnAs('number', '', subject.courseId),
});

interface Whose {
  /** The subject's name; left out: the first one. */
  readonly name?: string;
  /** The number of its shipment. */
  readonly shipment?: number;
}

/** What happens to an order. */
const stepsIn = (b: Build, isNumbered: boolean, { name, shipment = 17 }: Whose = {}) => {
  const subject = isNumbered ? numbered(b.subject(name)) : b.subject(name);
  const told = (id: string): string | number => (isNumbered ? Number(id) : id);
  const orderId = told(subject.correlationId);
  const [customerId, articleId] = [told(subject.studentId), told(subject.courseId)];
  const tells = (topic: string, type: string, eventId: string, own: object = {}) => {
    const _metadata = { eventId, correlationId: subject.correlationId };
    return b.raw(topic, subject, { headers: {}, json: { type, orderId, customerId, articleId, ...own, _metadata } });
  };
  const row = (state: string, over: object = {}) => ({
    id: shipment,
    order_id: orderId,
    customer_id: customerId,
    article_id: articleId,
    state,
    ...over,
  });
  const asks = (worker: string, service: string, path: string, body: object, status: number): void => {
    const none = { studentId: undefined, courseId: undefined, timeSlot: undefined, date: undefined };
    const headers = { 'x-correlation-id': String(orderId) };
    const call = b.request(name, { worker, service, path, headers, body: { ...none, ...body } });
    b.respond(call, name, { status, json: {} });
  };
  return {
    /** The planner asks the warehouse for the article. */
    reserves: (status = 201) => asks('planner', 'warehouse', `/orders/${orderId}/reservations`, { articleId }, status),
    /** The dispatcher asks the carrier to come. */
    picksUp: (status = 202) => asks('dispatcher', 'carrier', '/pickups', { shipmentId: shipment }, status),
    placed: () => tells('orders', 'ORDER_PLACED', `placed-${shipment}`),
    inserted: (over: object = {}) => b.commit([{ table: 'shipments', op: 'insert', row: row('planned', over) }]),
    planned: (over: object = {}) =>
      tells('shipments-planned', 'SHIPMENT_PLANNED', `planned-${shipment}`, { shipmentId: String(shipment), ...over }),
    updated: (state = 'sent', laterMs = 0) =>
      b.commit([{ table: 'shipments', op: 'update', row: row(state), old: row('planned') }], null, laterMs),
    sent: () => tells('shipments-sent', 'SHIPMENT_SENT', `sent-${shipment}`, { shipmentId: shipment }),
    told: () => tells('customer-mail', 'CUSTOMER_TOLD', `told-${shipment}`, { shipmentId: shipment }),
    arrives: (event: string, kind: string) =>
      b.commit([{ table: 'inbox', op: 'insert', row: { event, order_id: orderId, kind, done_at: null } }]),
    marks: (event: string, kind: string) => {
      const old = { event, order_id: orderId, kind, done_at: null };
      return b.commit([{ table: 'inbox', op: 'update', row: { ...old, done_at: '2026-01-01' }, old }]);
    },
    passes: () => {
      for (const { group, consumes } of Object.values(orderToShipment.stages))
        for (const event of b.events)
          if (event.kind === 'kafka.record' && event.topic === orderToShipment.events[consumes].topic)
            b.commitAt(group, event, event.offset + 1);
    },
  };
};

export type Steps = ReturnType<typeof stepsIn>;

interface Shop {
  /** False: the trial still goes on. */
  readonly isOver?: boolean;
  /** Are its ids numbers? */
  readonly isNumbered?: boolean;
}

/** What happened to the orders of ada, whose shipment is 17, and of bob, whose shipment is 18. */
export const shopOfTwo = (does: (ada: Steps, bob: Steps) => void): History =>
  historyOf(build({ subjects: ['ada', 'bob'] }), {}, (b) =>
    does(stepsIn(b, false, { name: 'ada' }), stepsIn(b, false, { name: 'bob', shipment: 18 })),
  );

/** What happened to ada's order. */
export const trial = (does: (steps: Steps) => void, shop: Shop = {}): History =>
  historyOf(build(), shop, (b) => does(stepsIn(b, shop.isNumbered === true)));

const historyOf = (b: Build, { isOver = true, isNumbered = false }: Shop, does: (b: Build) => void): History => {
  does(b);
  if (isOver) b.ended();
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const workers = Object.entries(orderToShipment.stages).map(([role, { group }]) => ({
    name: role,
    role,
    consumerGroup: group,
  }));
  const shop = isNumbered
    ? { pipeline: byNumbers, subjects: started.subjects.map(numbered) }
    : { pipeline: orderToShipment };
  return openHistory([{ ...started, ...shop, workers }, ...others]);
};
