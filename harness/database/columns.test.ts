import { expect, test } from 'vitest';
import { changedColumns, missingColumns } from './columns.ts';
import type { Column } from './columns.ts';
import { withSessions } from '../history/testing/sessions.ts';
import { purchaseToSessions } from '../../pipelines/purchase-to-sessions/pipeline.ts';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const column = (name: string, type = 'uuid', required = false): Column => {
  const [table = '', own = ''] = name.split('.');
  return { table, column: own, type, required };
};

test('a needed column that is not there is named; one that nobody asks for is not', () => {
  const there = ['id', 'student_id', 'amount_cents', 'provider', 'status', 'metadata', 'more'];
  expect(
    missingColumns(
      pipelineOf(shippedPipeline),
      ['payments'],
      there.map((name) => column(`payments.${name}`)),
    ),
  ).toEqual(['payments.confirmed_at']);
});

test('of a table that the harness does not write, what judges read of its rows is needed', () => {
  const declared = pipelineOf(withSessions);
  expect(missingColumns(declared, ['tutoring_sessions'], [column('tutoring_sessions.id')])).toEqual([
    'tutoring_sessions.student_id',
    'tutoring_sessions.course_id',
    'tutoring_sessions.status',
  ]);
});

test('a column that only a declaration speaks of is needed as well', () => {
  const declared = pipelineOf({ ...purchaseToSessions, guard: { ...purchaseToSessions.guard, writer: 'who' } });
  expect(missingColumns(declared, ['tutoring_sessions'], [])).toEqual(
    ['id', 'allocation_id', 'status', 'trainer_id', 'student_id', 'course_id'].map(
      (name) => `tutoring_sessions.${name}`,
    ),
  );
  expect(missingColumns(declared, ['processed_events'], [])).toContain('processed_events.who');
});

test('whose a row is stands in the columns that the pipeline says', () => {
  const declared = pipelineOf(orderToShipment);
  expect(missingColumns(declared, ['shipments'], [column('shipments.id'), column('shipments.student_id')])).toEqual([
    'shipments.customer_id',
    'shipments.article_id',
    'shipments.state',
  ]);
});

test('what has become of the columns is told, of a table that is gone once', () => {
  const before = ['a.id', 'a.b', 'gone.id', 'gone.b'].map((name) => column(name));
  expect(changedColumns(before, before)).toEqual([]);
  expect(
    changedColumns(before, [
      column('a.id', 'text'),
      column('a.b', 'uuid', true),
      column('a.c'),
      column('a.d', 'uuid', true),
    ]),
  ).toEqual([
    { text: 'the table gone is gone', hinders: true },
    { text: 'the column a.id is text and was uuid', hinders: true },
    { text: 'the column a.b must have a value now', hinders: true },
    // Whoever does not know it writes as before.
    { text: 'the column a.c was added', hinders: false },
    { text: 'the column a.d was added, and every row must have a value for it', hinders: true },
  ]);
  expect(changedColumns(before, [column('a.id'), column('gone.id'), column('gone.b')])).toEqual([
    { text: 'the column a.b is gone', hinders: true },
  ]);
});
