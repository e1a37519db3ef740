import { expect, it } from 'vitest';
import type { PipelineDeclaration } from '../../pipeline/declaration.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import type { Snapshot } from '../snapshot.ts';
import { ALLOCATION_GROUP, PURCHASE_GROUP, call, confirmed, created, guard, live, purchase } from '../testing/live.ts';
import { captured } from './testing/captured.ts';

const members = { [PURCHASE_GROUP]: ['purchase-confirmed'], [ALLOCATION_GROUP]: ['purchase-created'] };
const passed = {
  records: [confirmed(), created()],
  purchases: [purchase],
  at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 },
  members,
};
const silent = { records: [confirmed()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 }, members };

const declared: PipelineDeclaration = shippedPipeline;
const service = declared.services['admin-service']!;

const of = (pipeline: Partial<PipelineDeclaration>, snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  pipeline: { ...declared, ...pipeline },
});

it.each<[string, Snapshot, string]>([
  [
    'no act makes the row and tells nobody',
    of({ acts: {} }, live(silent, {})),
    'no act of the pipeline makes the row in student_course_purchases and tells nobody',
  ],
  [
    'the guard takes no row of anybody else',
    of({ guard: { ...declared.guard, closed: true } }, live({ ...passed, guards: [guard('PURCHASE_CREATED')] }, {})),
    'processed_events takes no row before the worker writes it (guard.closed)',
  ],
  [
    'no behaviour answers as if there were a row',
    of(
      { services: { 'admin-service': { ...service, behaviours: {} } } },
      live({ ...passed, log: { own: [call(201)] } }, {}),
    ),
    'no behaviour of admin-service is declared to answer as if there were a row (`rowless`)',
  ],
])('%s', (_, snapshot, why) => expect(() => captured(snapshot)).toThrow(why));

it('a row of which its worker told nobody is made without it, which is said', () =>
  expect(captured(live(silent, {}))).toMatchObject({
    scenario: { faults: [], act: [{ do: 'write-purchase', subject: 'ada' }] },
    otherwise: [expect.stringContaining('PURCHASE_CONFIRMED had come as well')],
  }));

it('without an act that tells the event, the run stays red, which is said', () => {
  const { 'write-purchase': act } = declared.acts ?? {};
  const found = captured(of({ acts: { 'write-purchase': act! } }, live(silent, {})));
  expect(found.scenario.heal).toBeUndefined();
  expect(found.otherwise).toContain('nothing tells PURCHASE_CREATED afterwards, so that the run stays red');
});
