import { expect, test } from 'vitest';
import { namedBySegments } from './route.ts';

test.each([
  ['/a/b', '/a/b', {}],
  ['/a/b', '/a/c', undefined],
  ['/a/b', '/a/b/', undefined],
  ['/orders/:orderId/parcel', '/orders/7/parcel', { orderId: '7' }],
  ['/orders/:orderId', '/orders/a%2Fb', { orderId: 'a/b' }],
  ['/orders/:orderId', '/orders/%', { orderId: '%' }],
  ['/orders/:orderId', '/orders/', undefined],
  ['/orders/:orderId', '/orders/7/parcel', undefined],
])('%s and %s', (declared, path, named) => {
  expect(namedBySegments(declared, path)).toEqual(named);
});
