import { expect, test } from 'vitest';
import type { ActParts } from '../../harness/pipeline/acts.ts';
import type { Message } from '../../harness/pipeline/message.ts';
import type { StubQuery } from '../../harness/pipeline/stub.ts';
import { emitPurchaseCreated, pay, writePurchase } from './acts.ts';

const SUBJECT: ActParts['subject'] = {
  paymentId: 'd9c7e34b-bdaf-4ae8-8389-8e376b2543e4',
  studentId: '7859f5c7-3946-42d9-8a13-076ee7613e86',
  courseId: '5a409652-3015-4952-a13f-6972e4e25fdf',
  purchaseId: '3b9231bd-6fdb-495d-9384-272fddc82974',
  purchaseTier: 30,
  amountCents: 49_900,
  booking: undefined,
  confirmedEventId: '7d0c5c0a-95b1-4a3a-a0a4-0f1f6b1d2c3e',
};

/** An outside world that writes down what is done in it. `found`: the purchase that is there. */
const world = (over: Partial<ActParts> & { readonly tables?: readonly string[]; readonly found?: string } = {}) => {
  const { tables = ['payments'], found, ...others } = over;
  const written: string[] = [];
  const published: Message[] = [];
  const done = new Set<string>();
  const query: StubQuery = (text) => {
    written.push(/INSERT INTO (\w+)/.exec(text)?.[1] ?? text);
    return Promise.resolve({ rows: [] });
  };
  const parts: ActParts = {
    subject: SUBJECT,
    eventId: undefined,
    database: {
      tables,
      query: <R extends Record<string, unknown>>() =>
        Promise.resolve((found === undefined ? [] : [{ id: found }]) as unknown as readonly R[]),
      write: (work) => work(query),
    },
    told: { type: 'PURCHASE_CREATED', topic: 'purchase-created', source: 'purchase-worker' },
    now: () => 5,
    once: async (key, work) => {
      if (!done.has(key)) await work();
      done.add(key);
    },
    beginningId: () => 'the-beginning',
    lastEventId: () => undefined,
    publish: (message) => Promise.resolve(void published.push(message)),
    impossible: (why) => {
      throw new Error(why);
    },
    ...others,
  };
  return { parts, written, published };
};

test('a payment is made once, however often it is confirmed; each time with the id that is asked for', async () => {
  const { parts, written, published } = world();
  await pay(parts);
  await pay(parts);
  await writePurchase(parts);
  expect(written).toEqual(['payments', 'student_course_purchases']);
  expect(published.map(({ headers }) => headers['eventId'])).toEqual(['the-beginning', 'the-beginning']);
});

test('without a table of payments there is no row of one, and it is confirmed all the same', async () => {
  const { parts, written, published } = world({ tables: [] });
  await pay(parts);
  expect([written, published.length]).toEqual([[], 1]);
});

test.each([
  [undefined, undefined, 'purchase-created-p'],
  ['fresh', 'another', 'purchase-created-p'],
  ['recovery', 'another', 'purchase-created-p-recovery'],
  ['again', 'another', 'another'],
  ['again', undefined, 'purchase-created-p'],
])('an event that is emitted %s, after %s, has the id %s', async (eventId, last, id) => {
  const { parts, published } = world({ eventId, lastEventId: () => last, found: 'p' });
  await emitPurchaseCreated(parts);
  expect(published.map(({ headers }) => headers['eventId'])).toEqual([id]);
});

test('nothing is emitted of a purchase that is not there', async () => {
  await expect(emitPurchaseCreated(world().parts)).rejects.toThrow('has no purchase row to emit PURCHASE_CREATED for');
});
