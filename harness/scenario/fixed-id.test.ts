import { expect, test } from 'vitest';
import { problemsOf } from '../base/problems.ts';
import type { IdKind } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { fixedIdsOf } from './fixed-id.ts';

const shop = (drawn: IdKind) =>
  fixedIdsOf(
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
    }),
  );

const UUID = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
const wrongWith = (schema: ReturnType<typeof fixedIdsOf>, ids: object): readonly string[] =>
  problemsOf(schema, ids).map(({ path, message }) => `${path.join('.')} ${message}`);
const all = (id: unknown): object => ({ paymentId: id, studentId: id, courseId: id });

test.each<[IdKind, readonly (string | number)[], readonly unknown[]]>([
  ['uuid', [UUID], [UUID.toUpperCase(), 'order-20471', 530187411, '', null]],
  ['text', ['order-20471', UUID, '530187411'], ['order 20471', 'Bücher-20471', 530187411, '', {}]],
  ['number', [530187411, '530187411'], ['order-20471', UUID, 53018741.5, -530187411, '0530187411', 2 ** 60, '']],
])('where ids are drawn as %s, those alone are taken', (kind, right, wrong) => {
  for (const id of right) expect(wrongWith(shop(kind), all(id))).toEqual([]);
  const expected = { uuid: 'a lower-case UUID', text: 'a text of ASCII without blanks', number: 'a whole number' }[
    kind
  ];
  for (const id of wrong) {
    const said = wrongWith(shop(kind), all(id));
    expect(said.map((line) => line.slice(0, line.indexOf(',')))).toEqual(
      ['paymentId', 'studentId', 'courseId'].map((name) => `${name} must be ${expected}`),
    );
    expect(said.map((line) => line.slice(line.lastIndexOf(':')))).toEqual([
      ": it is the order's id",
      ": it is the customer's id",
      ": it is the article's id",
    ]);
  }
});

test('each is one that is known again, in lines of logs and in rows of other trials', () => {
  const said = ['paymentId', 'studentId', 'courseId'].map((name) => `${name} must have 8 to 64 characters and a digit`);
  for (const [kind, id] of [
    ['number', 4711],
    ['number', '8'],
    ['text', 'an-order'],
    ['text', 'ada-1'],
    ['text', `order-1-${'x'.repeat(64)}`],
  ] as const)
    expect(wrongWith(shop(kind), all(id)).map((line) => line.split(' among')[0])).toEqual(said);
});

test('as long as the pipeline is not known, whatever one may draw is right', () => {
  for (const id of [UUID, 'order-20471', 530187411]) expect(wrongWith(fixedIdsOf(undefined), all(id))).toEqual([]);
  const [said] = wrongWith(fixedIdsOf(undefined), all('order 20471'));
  expect(said).toMatch(/^paymentId must be a lower-case UUID, .*, or a text of ASCII .*, or a whole number, /);
});
