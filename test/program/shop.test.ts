/**
 * A pipeline that shares nothing with the shipped one, on real parts, by its declaration, its workers and its scenarios alone. The
 * other designs and defects: test/docker/shop.test.ts.
 */
import { expect, test } from 'vitest';
import { EXIT } from '../../harness/base/errors.ts';
import { rowOf, violatedIn } from '../support/run-output.ts';
import { playShop } from '../support/shop.ts';

/** Of files, and of those that stages have by themselves. */
const CHOSEN = [
  'database-away',
  'dispatcher-down',
  'orders-are-shipped',
  'planner-killed',
  'unreadable-order',
  'planner-duplicate',
  'dispatcher-guard-marked-early',
  'dispatcher-carrier-away',
  'dispatcher-wrong-topic',
];

test('the right workers pass, and those that mark before they work are found', async () => {
  const right = await playShop('right', CHOSEN);
  expect(right.code, right.said).toBe(EXIT.ok);
  const wrong = await playShop('marks-first', ['orders-are-shipped']);
  expect(wrong.code, wrong.said).toBe(EXIT.failed);
  expect(violatedIn(rowOf(wrong.document, 'orders-are-shipped')), wrong.said).toEqual(['mark-follows-effect']);
}, 600_000);
