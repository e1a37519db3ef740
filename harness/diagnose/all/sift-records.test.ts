import { expect, it } from 'vitest';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { COURSE, NOON, PAYMENT, STUDENT, confirmed, created, letter, record } from '../testing/live.ts';
import { createFilter } from './filter.ts';
import { planOf } from './plan.ts';
import { createRecordSieve } from './sift-records.ts';
import { createSuspects, keyOf } from './suspects.ts';

const pipeline = pipelineOf(shippedPipeline);
const pair = { studentId: STUDENT, courseId: COURSE };

/** `had`: what there are rows of. */
const sieveWith = (had: readonly ('purchase' | 'allocation')[], youngest = NOON + 1, most?: number) => {
  const effects = new Map((['purchase', 'allocation'] as const).map((name) => [name, createFilter()]));
  for (const name of had) effects.get(name)?.add(keyOf(pair));
  const suspects = createSuspects(most);
  return { suspects, ...createRecordSieve(pipeline, planOf(pipeline), suspects, effects, youngest) };
};

it('what is right is forgotten, and counted', () => {
  const { wanted, suspects, count } = sieveWith(['purchase', 'allocation']);
  expect([confirmed(), created(), letter()].map((one) => wanted(one))).toEqual([false, false, false]);
  expect([suspects.all(), count()]).toEqual([[], 3]);
});

it('an event without its effect makes a suspect, of which all is kept from then on', () => {
  const { wanted, suspects } = sieveWith(['purchase']);
  expect([created(), letter(), confirmed()].map((one) => wanted(one))).toEqual([true, true, true]);
  const [suspect] = suspects.all();
  expect([[...(suspect?.ids ?? [])], [...(suspect?.kinds ?? [])], suspect?.records.length]).toEqual([
    [PAYMENT],
    ['PURCHASE_CREATED without allocation'],
    3,
  ]);
});

it('an event that is young, was aborted, or is of a table that was not read makes none', () => {
  const { wanted: wantedOfYoung, young } = sieveWith([], NOON);
  expect([young.has(keyOf(pair)), wantedOfYoung(created()), young.has(keyOf(pair))]).toEqual([false, false, true]);
  expect(sieveWith([]).wanted({ ...created(), aborted: true })).toBe(false);
  const suspects = createSuspects();
  const { wanted } = createRecordSieve(pipeline, planOf(pipeline), suspects, new Map(), NOON + 1);
  expect(wanted(created())).toBe(false);
});

it('after the first look nobody else is suspected; one with too many records is known to have them', () => {
  const { wanted, suspects } = sieveWith([]);
  wanted(created());
  suspects.close();
  const other = 'c0ffee00-ea40-4ba9-a7bf-4ed47e735b91';
  expect(wanted(created({ payment: other, studentId: other }))).toBe(false);
  for (let offset = 5; offset < 150; offset += 1) wanted(created({ offset }));
  expect(suspects.all()).toMatchObject([{ crowded: true }]);
});

it('of more than can be looked into it is known how many there are', () => {
  const { wanted, suspects } = sieveWith([], NOON + 1, 1);
  wanted(created());
  for (const studentId of ['a', 'b']) wanted(created({ studentId }));
  expect([suspects.all().length, suspects.beyond()]).toEqual([1, 2]);
});

it('of whom it was told is known of events that no stage works on', () => {
  const { wanted, told } = sieveWith(['purchase', 'allocation']);
  expect(told.get('TRAINER_ALLOCATED')?.has(keyOf(pair))).toBe(false);
  wanted(record('trainer-allocated', 'TRAINER_ALLOCATED'));
  expect(told.get('TRAINER_ALLOCATED')?.has(keyOf(pair))).toBe(true);
  expect([...told.keys()].sort()).toEqual(['COURSE_ACCESS_GRANTED', 'TRAINER_ALLOCATED']);
});
