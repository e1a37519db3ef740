import { expect, test } from 'vitest';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import type { IdKind } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { callIdsOf } from './reading-calls.ts';

const shopWith = (drawn: IdKind) =>
  pipelineOf({
    ...orderToShipment,
    subject: {
      ...orderToShipment.subject,
      drawn,
      pair: [
        { field: 'customerId', column: 'customer_id', drawn },
        { field: 'articleId', column: 'article_id', drawn },
      ],
    },
  });

const asked = (json: unknown) => ({ service: 'stock', method: 'POST', path: '/reservations', headers: {}, json });

test('a call names whom it is about by numbers, where ids are drawn as such', () => {
  const call = asked({ orderId: 530187411, customerId: 530187412, articleId: 530187413, of: { correlationId: 7 } });
  expect(callIdsOf(shopWith('number'), call)).toEqual({
    correlationIds: [[], ['530187411'], ['7']],
    studentId: '530187412',
    courseId: '530187413',
  });
  expect(callIdsOf(shopWith('text'), call)).toEqual({
    correlationIds: [[], [], []],
    studentId: undefined,
    courseId: undefined,
  });
});

test('what is no whole number is no id', () => {
  const call = asked({ orderId: 1.5, customerId: true, articleId: null });
  expect(callIdsOf(shopWith('number'), call)).toEqual({
    correlationIds: [[], [], []],
    studentId: undefined,
    courseId: undefined,
  });
});
