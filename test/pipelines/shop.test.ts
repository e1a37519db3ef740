/** The example of a pipeline that shares nothing with the shipped one, by histories that are right and wrong. */
import { expect, test } from 'vitest';
import { shippedContract } from '../../harness/contract/testing/shipped.ts';
import { diagnose } from '../../harness/diagnosis/diagnose.ts';
import type { History } from '../../harness/history/history.ts';
import { hasDecided } from '../../harness/history/progress.ts';
import { paymentOfCall } from '../../harness/history/subjects.ts';
import { isTaken } from '../../harness/history/taken.ts';
import { checkInvariants } from '../../harness/invariants/check-all.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { declarationProblems } from '../../harness/pipeline/validate.ts';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { shopOfTwo, trial, wrong } from './shop.ts';
import type { Steps } from './shop.ts';

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
    steps.arrives('placed-17', 'ORDER_PLACED');
    steps.reserves();
    steps.inserted(over.row);
    if (does('planned')) steps.planned(over.event);
    steps.marks('placed-17', 'ORDER_PLACED');
    if (does('planned')) steps.picksUp();
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

test('whose a call is says its path or a header, and one that names an article alone asks for nobody else', () => {
  const history = trial(course());
  expect(history.calls.map((call) => [call.request.service, paymentOfCall(history, call)?.name])).toEqual([
    ['warehouse', 'ada'],
    ['carrier', 'ada'],
  ]);
  const notesOf = (of: History) =>
    checkInvariants(of, shippedContract).find(({ id }) => id === 'calls-honour-contract')?.notes ?? [];
  expect(notesOf(history)).toEqual([]);
});

test('a service that refuses, or was not asked, is told of by its name', () => {
  const told = (does: (steps: Steps) => void): readonly string[] =>
    diagnose(trial(does)).map(({ id, message }) => `${id}: ${message}`);
  const refused = told((steps) => {
    steps.placed();
    steps.arrives('placed-17', 'ORDER_PLACED');
    steps.reserves(503);
  });
  expect(refused).toEqual([expect.stringMatching(/^api-failing: .*warehouse answered 503/)]);
  const unasked = told((steps) => {
    steps.placed();
    steps.reserves();
    steps.inserted();
    steps.planned();
    steps.marks('placed-17', 'ORDER_PLACED');
    steps.marks('planned-17', 'SHIPMENT_PLANNED');
  });
  expect(unasked).toContainEqual(expect.stringMatching(/^api-not-called: .*carrier received no request for it$/));
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
    steps.arrives('placed-17', 'ORDER_PLACED');
    steps.inserted();
    steps.planned();
    steps.marks('placed-17', 'ORDER_PLACED');
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
  const older = trial((steps) => (steps.placed(), steps.sent(), steps.updated('returned', 50)), { isOver: false });
  expect(wrong(older).filter((line) => line.startsWith('announced-means-committed violated'))).toEqual([]);
});

test('a parcel that is told of and never leaves was never committed, and what became of the row otherwise proves nothing', () => {
  const announced = (becomes?: string): readonly string[] => {
    const history = trial((steps) =>
      course(becomes === undefined ? { without: ['updated'] } : { state: becomes })(steps),
    );
    return wrong(history).filter((line) => line.startsWith('announced-means-committed'));
  };
  expect(announced()).toEqual([
    expect.stringMatching(
      /^announced-means-committed violated: SHIPMENT_SENT .* announces parcel 17, which was never committed$/,
    ),
  ]);
  expect(announced('gone elsewhere')).toEqual([]);
  expect(announced('returned')).toEqual([]);
  const older = trial((steps) => (steps.placed(), steps.updated('planned'), steps.sent()), { isOver: false });
  expect(wrong(older).filter((line) => line.startsWith('announced-means-committed violated'))).toEqual([]);
});

test('an event that waits in the inbox is not marked, and is missed where it waits for ever', () => {
  expect(
    wrong(
      trial((steps) => {
        steps.placed();
        steps.arrives('placed-17', 'ORDER_PLACED');
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
        steps.arrives('placed-17', 'ORDER_PLACED');
        steps.marks('placed-17', 'ORDER_PLACED');
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

test.each([false, true])('ids that are numbers (%s) are as good as any others', (isNumbered) => {
  const of = (over: Parameters<typeof course>[0]) => trial(course(over), { isNumbered });
  expect([wrong(of({})), diagnose(of({}))]).toEqual([[], []]);
  const idle = trial(
    (steps) => {
      steps.placed();
      steps.arrives('placed-17', 'ORDER_PLACED');
      steps.marks('placed-17', 'ORDER_PLACED');
      steps.marks('planned-17', 'SHIPMENT_PLANNED');
      steps.passes();
    },
    { isNumbered },
  );
  expect(wrong(idle).filter((line) => line.startsWith('mark-follows-effect violated'))).toEqual([
    expect.stringMatching(/ORDER_PLACED of ada .* no shipment of/),
    expect.stringMatching(/SHIPMENT_PLANNED of ada .* no parcel on its way of/),
  ]);
  const { pipelineEvents, subjects } = of({});
  const [ada] = subjects;
  for (const event of pipelineEvents)
    expect([event.studentId, event.courseId]).toEqual([ada?.studentId, ada?.courseId]);
});

test('who only passes an event on has taken it, and has decided, as soon as it has', () => {
  const open = (does: (steps: Steps) => void) =>
    trial((steps) => (course({ without: ['told'] })(steps), does(steps)), { isOver: false });
  const isAt = (history: History) => [
    isTaken(history, history.subjects[0]!, 'mailer'),
    hasDecided(history, history.subjects[0]!, 'mailer'),
  ];
  expect(isAt(open((steps) => void steps.told()))).toEqual([true, true]);
  const unread = trial(
    (steps) => {
      steps.placed();
      steps.inserted();
      steps.sent();
    },
    { isOver: false },
  );
  expect(isAt(unread)).toEqual([false, false]);
});

test('who updates the row that an event names in place of its own is not accused of what it was never told', () => {
  const swapped = (marksFirst: boolean) =>
    shopOfTwo((ada, bob) => {
      for (const order of [ada, bob]) {
        order.placed();
        order.inserted();
      }
      for (const order of [ada, bob]) order.planned({ shipmentId: 18 });
      ada.marks('placed-17', 'ORDER_PLACED');
      bob.marks('placed-18', 'ORDER_PLACED');
      if (marksFirst) ada.marks('planned-17', 'SHIPMENT_PLANNED');
      bob.updated();
      bob.sent();
      if (!marksFirst) ada.marks('planned-17', 'SHIPMENT_PLANNED');
      bob.marks('planned-18', 'SHIPMENT_PLANNED');
      bob.told();
      bob.passes();
    });
  const accused = (history: History) =>
    checkInvariants(history, shippedContract).flatMap(({ id, verdict, findings }) =>
      verdict === 'violated' ? findings.map(({ worker }) => `${id} ${worker ?? 'nobody'}`) : [],
    );
  const planners = ['ids-agree planner', 'shipment-gets-parcel nobody', 'shipment-is-announced planner'];
  expect(accused(swapped(false))).toEqual(planners);
  expect(accused(swapped(true))).toEqual(['mark-follows-effect dispatcher', ...planners]);
});
