/** The example of a pipeline that shares nothing with the shipped one, by histories that are right and wrong. */
import { expect, test } from 'vitest';
import { shippedContract } from '../../harness/contract/testing/shipped.ts';
import { diagnose } from '../../harness/diagnosis/diagnose.ts';
import { openHistory } from '../../harness/history/history.ts';
import type { History } from '../../harness/history/history.ts';
import { filledIn } from '../../harness/history/of-before.ts';
import { hasDecided } from '../../harness/history/progress.ts';
import { isTaken } from '../../harness/history/taken.ts';
import { build } from '../../harness/history/testing/build.ts';
import type { Build } from '../../harness/history/testing/build.ts';
import { checkInvariants } from '../../harness/invariants/check-all.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { declarationProblems } from '../../harness/pipeline/validate.ts';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';

const wrong = (history: History): readonly string[] =>
  checkInvariants(history, shippedContract).flatMap(({ id, verdict, findings }) =>
    verdict === 'holds' ? [] : findings.map(({ message }) => `${id} ${verdict}: ${message}`),
  );

const stepsOf = (b: Build) => {
  const { studentId: customerId, courseId: articleId, correlationId: orderId } = b.subject();
  const tells = (topic: string, type: string, eventId: string, own: object = {}) => {
    const json = { type, orderId, customerId, articleId, ...own, _metadata: { eventId, correlationId: orderId } };
    return b.raw(topic, b.subject(), { headers: {}, json });
  };
  const row = (state: string, over: object = {}) => ({
    id: 17,
    order_id: orderId,
    customer_id: customerId,
    article_id: articleId,
    state,
    ...over,
  });
  return {
    placed: () => tells('orders', 'ORDER_PLACED', 'placed-1'),
    inserted: (over: object = {}) => b.commit([{ table: 'shipments', op: 'insert', row: row('planned', over) }]),
    planned: (over: object = {}) =>
      tells('shipments-planned', 'SHIPMENT_PLANNED', 'planned-17', { shipmentId: '17', ...over }),
    updated: (state = 'sent', laterMs = 0) =>
      b.commit([{ table: 'shipments', op: 'update', row: row(state), old: row('planned') }], null, laterMs),
    sent: () => tells('shipments-sent', 'SHIPMENT_SENT', 'sent-17', { shipmentId: 17 }),
    told: () => tells('customer-mail', 'CUSTOMER_TOLD', 'told-17', { shipmentId: 17 }),
    arrives: (event: string, kind: string) =>
      b.commit([{ table: 'inbox', op: 'insert', row: { event, order_id: orderId, kind, done_at: null } }]),
    marks: (event: string, kind: string) => {
      const old = { event, order_id: orderId, kind, done_at: null };
      return b.commit([{ table: 'inbox', op: 'update', row: { ...old, done_at: '2026-01-01' }, old }]);
    },
    passes: () => {
      for (const { group, consumes } of Object.values(orderToShipment.stages)) {
        const { topic } = orderToShipment.events[consumes];
        const record = b.events.findLast((event) => event.kind === 'kafka.record' && event.topic === topic);
        if (record?.kind === 'kafka.record') b.commitAt(group, record, record.offset + 1);
      }
    },
  };
};

type Steps = ReturnType<typeof stepsOf>;

const trial = (does: (steps: Steps) => void, isOver = true): History => {
  const b = build();
  does(stepsOf(b));
  if (isOver) b.ended();
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const workers = Object.entries(orderToShipment.stages).map(([role, { group }]) => ({
    name: role,
    role,
    consumerGroup: group,
  }));
  return openHistory([{ ...started, pipeline: orderToShipment, workers }, ...others]);
};

type Step = 'told' | 'sent' | 'updated' | 'planned';

const course =
  (
    over: {
      readonly without?: readonly Step[];
      readonly row?: object;
      readonly event?: object;
      readonly state?: string;
    } = {},
  ) =>
  (steps: Steps): void => {
    const does = (step: Step): boolean => over.without?.includes(step) !== true;
    steps.placed();
    steps.arrives('placed-1', 'ORDER_PLACED');
    steps.inserted(over.row);
    if (does('planned')) steps.planned(over.event);
    steps.marks('placed-1', 'ORDER_PLACED');
    if (does('updated')) steps.updated(over.state);
    if (does('sent')) steps.sent();
    if (does('planned')) steps.marks('planned-17', 'SHIPMENT_PLANNED');
    if (does('told')) steps.told();
    steps.passes();
  };

test('its declaration is right, and its way follows from what is consumed and announced', () => {
  expect(declarationProblems(orderToShipment)).toEqual([]);
  expect(pipelineOf(orderToShipment).roles).toEqual(['planner', 'dispatcher', 'mailer']);
});

test('an order that gets on to its parcel accuses nobody, also where that comes back', () => {
  expect([wrong(trial(course())), diagnose(trial(course()))]).toEqual([[], []]);
  expect(
    wrong(
      trial((steps) => {
        course()(steps);
        steps.updated('returned');
      }),
    ),
  ).toEqual([]);
});

test('what goes wrong is told in its words', () => {
  const of = (over: Parameters<typeof course>[0]): readonly string[] => wrong(trial(course(over)));
  expect(of({ row: { customer_id: 'somebody else' }, without: ['updated', 'sent', 'told'] })).toContainEqual(
    expect.stringMatching(/^ids-agree violated: SHIPMENT_PLANNED .* names shipment 17 with customerId/),
  );
  expect(of({ without: ['told'] })).toEqual([
    expect.stringMatching(/^no-event-lost violated: mailers committed past shipments-sent/),
  ]);
  expect(of({ without: ['planned', 'updated', 'sent', 'told'] })).toContainEqual(
    expect.stringMatching(/^shipment-gets-event violated: shipment 17 .* SHIPMENT_PLANNED was never published for it/),
  );
  expect(of({ without: ['updated'] })).toContainEqual(
    expect.stringMatching(/^mark-follows-effect violated: SHIPMENT_PLANNED .* no parcel on its way of/),
  );
});

test('a parcel that is told of before it has left is announced before it is there, and none where it may have left before', () => {
  const early = trial((steps) => {
    steps.placed();
    steps.arrives('placed-1', 'ORDER_PLACED');
    steps.inserted();
    steps.planned();
    steps.marks('placed-1', 'ORDER_PLACED');
    steps.sent();
    steps.updated('sent', 50);
    steps.marks('planned-17', 'SHIPMENT_PLANNED');
    steps.told();
    steps.passes();
  });
  expect(wrong(early)).toEqual([
    expect.stringMatching(
      /^announced-means-committed violated: SHIPMENT_SENT .* announces parcel 17, which was committed/,
    ),
  ]);
  const older = trial((steps) => (steps.placed(), steps.sent(), steps.updated('returned', 50)), false);
  expect(wrong(older).filter((line) => line.startsWith('announced-means-committed violated'))).toEqual([]);
});

test('an event that waits in the inbox is not marked, and is missed where it waits for ever', () => {
  expect(
    wrong(
      trial((steps) => {
        steps.placed();
        steps.arrives('placed-1', 'ORDER_PLACED');
        steps.passes();
      }),
    ),
  ).toEqual([
    expect.stringMatching(/^no-event-lost violated: planners committed past orders/),
    expect.stringMatching(/^order-gets-shipment violated/),
    expect.stringMatching(/^event-gets-marked violated: ORDER_PLACED .* was never marked in inbox/),
  ]);
  expect(
    wrong(
      trial((steps) => {
        steps.placed();
        steps.arrives('placed-1', 'ORDER_PLACED');
        steps.marks('placed-1', 'ORDER_PLACED');
        steps.inserted();
        steps.planned();
      }),
    ),
  ).toContainEqual(expect.stringMatching(/^mark-follows-effect violated: ORDER_PLACED .* no shipment of/));
});

test('who updates the row that an event names has done its part, whatever else the event says', () => {
  expect(wrong(trial(course({ event: { customerId: 'somebody else' } })))).toEqual([
    expect.stringMatching(/^ids-agree violated: SHIPMENT_PLANNED .* names shipment 17 with customerId/),
  ]);
  expect(
    wrong(trial(course({ event: { customerId: 'somebody else' }, without: ['updated', 'sent', 'told'] }))),
  ).toEqual(expect.arrayContaining([expect.stringMatching(/^no-event-lost violated: dispatchers committed past/)]));
});

test('who only passes an event on has taken it, and has decided, as soon as it has', () => {
  const open = (does: (steps: Steps) => void) =>
    trial((steps) => (course({ without: ['told'] })(steps), does(steps)), false);
  const isAt = (history: History) => [
    isTaken(history, history.subjects[0]!, 'mailer'),
    hasDecided(history, history.subjects[0]!, 'mailer'),
  ];
  expect(isAt(open((steps) => void steps.told()))).toEqual([true, true]);
  const unread = trial((steps) => {
    steps.placed();
    steps.inserted();
    steps.sent();
  }, false);
  expect(isAt(unread)).toEqual([false, false]);
});
