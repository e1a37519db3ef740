import { expect, test } from 'vitest';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { pipelineOf } from './queries.ts';
import { shippedPipeline } from './shipped.ts';
import { tellingOf } from './telling.ts';

const about = { correlationId: 'o-1', studentId: 'c-1', courseId: '120000009' };
const options = { eventId: 'e-1', now: 5 };

test('an event is told in the names of its pipeline', () => {
  const { topic, key, headers, value } = tellingOf(pipelineOf(orderToShipment), 'ORDER_PLACED', about, {
    ...options,
    fields: { quantity: 2 },
  });
  expect([topic, key, headers['eventId'], headers['eventType']]).toEqual(['orders', 'o-1', 'e-1', 'ORDER_PLACED']);
  expect(JSON.parse(value)).toEqual({
    type: 'ORDER_PLACED',
    timestamp: 5,
    orderId: 'o-1',
    customerId: 'c-1',
    articleId: 120000009,
    quantity: 2,
    _metadata: { eventId: 'e-1', correlationId: 'o-1', source: 'outside-world', version: '1.0.0', timestamp: 5 },
  });
});

test('one that says no names of its own has those of the shipped one', () => {
  const { value } = tellingOf(pipelineOf(shippedPipeline), 'PURCHASE_CONFIRMED', about, options);
  const ordinary = ['type', 'timestamp', 'paymentId', 'studentId', 'courseId', '_metadata'];
  expect(Object.keys(JSON.parse(value) as object)).toEqual(ordinary);
  const { id: _, ...subject } = shippedPipeline.subject;
  const told = tellingOf(pipelineOf({ ...shippedPipeline, subject }), 'PURCHASE_CONFIRMED', about, options);
  expect(Object.keys(JSON.parse(told.value) as object)).toEqual(ordinary.filter((name) => name !== 'paymentId'));
});

test('an id that is a number is told as one in the event, and as text beside it', () => {
  const subject = {
    ...orderToShipment.subject,
    drawn: 'number',
    pair: [
      { field: 'customerId', column: 'customer_id', drawn: 'number' },
      { field: 'articleId', column: 'article_id', drawn: 'text' },
    ],
  } as const;
  const numbered = { correlationId: '530187411', studentId: '120000007', courseId: 'a-1' };
  const { key, value } = tellingOf(pipelineOf({ ...orderToShipment, subject }), 'ORDER_PLACED', numbered, options);
  expect(key).toBe('530187411');
  expect(JSON.parse(value)).toMatchObject({
    orderId: 530187411,
    customerId: 120000007,
    articleId: 'a-1',
    _metadata: { correlationId: '530187411' },
  });
});
