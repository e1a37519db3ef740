/** The check of the check can fail: otherwise its table would prove nothing. */
import { expect, test } from 'vitest';
import type { EventMutant } from './events.ts';
import { eventRow } from './run.ts';

const rowOf = async (mutant: object) => {
  const { right, detail } = await eventRow({ of: 'PURCHASE_CREATED', name: 'x', ...mutant } as EventMutant);
  return [right, detail];
};

const withFields =
  (fields: object): EventMutant['change'] =>
  (record) => ({ ...record, json: { ...(record.json as object), ...fields } });

test('a breaking change that nothing notices is missed', async () => {
  expect(await rowOf({ kind: 'breaking', namedBy: '$.currency', change: withFields({ currency: 'EUR' }) })).toEqual([
    false,
    'missed; it should be named by $.currency',
  ]);
});

test('a breaking change named by another field than its own is not right', async () => {
  expect(await rowOf({ kind: 'breaking', namedBy: '$.studentId', change: withFields({ purchaseId: 7 }) })).toEqual([
    false,
    'named by $.purchaseId; it should be named by $.studentId',
  ]);
});

test('a harmless change that is complained about is a false alarm', async () => {
  expect(await rowOf({ kind: 'harmless', change: withFields({ purchaseId: 7 }) })).toEqual([
    false,
    'false alarm: $.purchaseId',
  ]);
});

test('a change that changes nothing is not right, whatever it is', async () => {
  expect(await rowOf({ kind: 'harmless', change: withFields({}) })).toEqual([false, 'it changed nothing']);
  expect(await rowOf({ kind: 'breaking', namedBy: 'key', change: withFields({}) })).toEqual([
    false,
    'it changed nothing',
  ]);
});
