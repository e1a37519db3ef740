import { expect, test } from 'vitest';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { isFromCall } from './allocations.ts';
import { gapsOf, isComplete, missingSources } from './completeness.ts';
import { committedOffset, passedBy, undrained } from './groups.ts';
import { livenessOf } from './liveness.ts';
import { countingRowsOf, guardRowsOf, isMark, tablesAtEnd, versionsOf } from './rows.ts';
import { deadLettersOf } from './letters.ts';
import { eventsOf, paymentsOf } from './subjects.ts';
import { build } from './testing/build.ts';
import { flow, healthyHistory } from './testing/flow.ts';
import { idOf } from './testing/values.ts';
import { timelineOf } from './timeline.ts';

const ALLOCATION = shippedPipeline.entities.allocation;

test('tables at a commit, at the end, and who wrote what', () => {
  const b = build();
  const ada = b.subject();
  const first = b.allocation('ada', { status: 'pending' });
  const second = b.allocation('ada', { update: true });
  b.mark('PURCHASE_CREATED', 'ada', 'payment-service');
  const history = b.history();
  expect(countingRowsOf(tablesAtEnd(history.upTo(first)), ALLOCATION, ada)[0]?.values['status']).toBe('pending');
  expect(countingRowsOf(tablesAtEnd(history.upTo(second)), ALLOCATION, ada)[0]?.values['status']).toBe('approved');
  expect(countingRowsOf(tablesAtEnd(history), ALLOCATION, ada)[0]).toMatchObject({
    insertedBy: { seq: first },
    changedBy: { seq: second },
  });
  expect(versionsOf(history, 'trainer_allocations', idOf('allocation', 'ada'))).toHaveLength(2);
  const [guard] = guardRowsOf(history, ada.correlationId, 'PURCHASE_CREATED');
  expect(guard?.insertedBy.writer).toBe('payment-service');
  expect(guard && isMark(guard)).toBe(false);
});

test('rows that are deleted or truncated are gone; unknown tables are passed over', () => {
  const b = build();
  const old = { id: 'p', student_id: 's', course_id: 'c', is_active: true };
  const insert = { table: 'student_course_purchases', op: 'insert', row: old } as const;
  b.commit([insert, { table: 'elsewhere' as never, op: 'insert', row: {} }]);
  expect(tablesAtEnd(b.history()).in('student_course_purchases').length).toBe(1);
  b.commit([{ table: 'student_course_purchases', op: 'delete', old }]);
  expect(tablesAtEnd(b.history()).in('student_course_purchases').length).toBe(0);
  b.commit([insert, { table: 'student_course_purchases', op: 'truncate' }]);
  expect(tablesAtEnd(b.history()).in('student_course_purchases').length).toBe(0);
});

test('events, dead letters and payments belong together by student and course, else by correlation id', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  const ada = b.subject('ada');
  const swapped = b.emit('PURCHASE_CREATED', 'ada', {
    value: { studentId: idOf('student', 'ben'), courseId: idOf('course', 'ben') },
  });
  const poison = b.raw('purchase-created', ada, { raw: 'x' });
  const letter = b.deadLetter(poison, { key: null, value: { correlationId: undefined } });
  b.emit('PURCHASE_CONFIRMED', 'zoe', { by: 'payment-service' });
  const history = b.history();
  expect(eventsOf(history, ada, 'PURCHASE_CREATED').map(({ record }) => record.seq)).toEqual([poison.seq]);
  expect(eventsOf(history, b.subject('ben'), 'PURCHASE_CREATED').map(({ record }) => record.seq)).toEqual([]);
  expect(swapped.seq).toBeGreaterThan(0);
  expect(deadLettersOf(history, ada, 'PURCHASE_CREATED').map(({ record }) => record.seq)).toEqual([letter.seq]);
  expect(deadLettersOf(history, ada, 'PURCHASE_CONFIRMED')).toEqual([]);
  expect(paymentsOf(history).map(({ name }) => name)).toEqual([
    'ada',
    'ben',
    `payment ${idOf('payment', 'zoe').slice(0, 8)}`,
  ]);
});

test('offsets of a group: where it stood, what it committed, what is left', () => {
  const b = flow(build(), { without: ['passCreated'] });
  const group = { group: 'trainer-allocation-workers', topic: 'purchase-created' };
  const record = b.emit('PURCHASE_CREATED');
  expect(committedOffset(b.history(), group, 0).offset).toBe(0);
  expect(undrained(b.history()).map(({ records }) => records.length)).toEqual([2]);
  const commit = b.commitOffset('allocation-worker', record);
  expect(committedOffset(b.history(), group, 0).offset).toBe(2);
  expect(passedBy(b.history(), 'allocation-worker', record)?.seq).toBe(commit);
  expect(undrained(b.history())).toEqual([]);
});

test('a worker’s process and members, by the latest word', () => {
  const b = build();
  expect(livenessOf(b.history(), 'allocation-worker')).toMatchObject({ process: 'unknown', members: undefined });
  b.seen('allocation-worker');
  b.members('allocation-worker', 2);
  expect(livenessOf(b.history(), 'allocation-worker')).toMatchObject({ process: 'running', members: [{}, {}] });
  b.signalled('allocation-worker', 'SIGSTOP');
  expect(livenessOf(b.history(), 'allocation-worker').process).toBe('stopped');
  b.signalled('allocation-worker', 'SIGCONT');
  b.signalled('allocation-worker', 'SIGTERM');
  expect(livenessOf(b.history(), 'allocation-worker').process).toBe('running');
  const exit = b.exited('allocation-worker');
  expect(livenessOf(b.history(), 'allocation-worker')).toMatchObject({ process: 'absent', exit: { seq: exit } });
});

test('completeness: the last barrier decides, an error of the harness spoils all', () => {
  const b = build();
  expect(missingSources(b.history())).toHaveLength(4);
  b.barrier(['kafka']);
  expect([isComplete(b.history(), 'postgres'), isComplete(b.history(), 'postgres', 'kafka')]).toEqual([true, false]);
  b.barrier();
  expect(gapsOf(b.history(), ['postgres', 'kafka', 'offsets', 'admin-service'])).toEqual([]);
  b.add({ kind: 'trial.harness-error', source: 'trial', message: 'no space' });
  expect(gapsOf(b.history(), ['kafka'])[0]?.message).toContain('the harness itself failed: no space');
});

test('a timeline tells one payment’s story and what befell the workers', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  flow(b, {}, 'ada');
  flow(b, {}, 'ben');
  b.deadLetter(b.emit('PURCHASE_CREATED', 'ada'));
  b.exited('allocation-worker');
  const lines = timelineOf(b.history(), b.subject('ada'));
  const told = lines.map(({ text }) => text).join('\n');
  expect(told).toContain('PURCHASE_CONFIRMED at purchase-confirmed-0@0, published by payment-service');
  expect(told).toContain('dead-letter record at dead-letter-queue-0@0');
  expect(told).toContain('allocation-worker exited with 1 by itself');
  expect(told).toContain('trainer-allocation-workers committed purchase-created-0 up to 1');
  expect(told).not.toContain('purchase-confirmed-1@0');
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map(({ seq }) => seq).sort((x, y) => x - y));
  expect(timelineOf(healthyHistory(), b.subject('ben')).some(({ source }) => source === 'kafka')).toBe(false);
});

test('a timeline tells what was waited for and seen, and calls that may have been the payment’s', () => {
  const b = build();
  const told = (): string =>
    timelineOf(b.history(), b.subject())
      .map(({ text }) => text)
      .join('\n');
  b.request('ada', { body: { studentId: undefined, courseId: undefined } });
  b.healthCheck();
  const row = (table: string) => ({ table, xmin: '1', text: '' });
  b.ownRows([row('inbox')]);
  b.ownRows([]);
  b.patience();
  b.patience([row('inbox'), row('outbox')]);
  b.toldUnknown('allocation-worker', 'purchase-created');
  b.said(
    'allocation-worker',
    `{"at":"now","msg":"got it","correlationId":"${b.subject().correlationId.toUpperCase()}"}`,
  );
  b.add({ kind: 'trial.quiet', source: 'trial', quietMs: 20 });
  b.add({
    kind: 'trial.ended-early',
    source: 'trial',
    proof: 'death',
    description: 'no process is left',
    evidence: [],
  });
  b.add({ kind: 'postgres.seen', source: 'postgres', notes: ['payments has no column metadata', '90 connections'] });
  const pids = (...of: number[]) =>
    b.add({ kind: 'process.escaped', source: 'process', worker: 'w', pids: of, detail: 'lived on', ended: true });
  pids(7);
  pids(7, 8);
  const { headers, json } = b.emit('PURCHASE_CREATED');
  b.raw('purchase-created-retry', b.subject(), { headers, json });
  for (const line of [
    'auto-assign, which does not say for which payment',
    '1 row in inbox there',
    'nothing more came in 5000 ms (nothing more came)',
    '; 2 rows in inbox, outbox not touched',
    'allocation-worker was told that purchase-created does not exist',
    'got it',
    'nothing of the pipeline was recorded for 20 ms',
    'not waited for any longer: no process is left',
    'payments has no column metadata; 90 connections',
    'w: lived on (pid 7)',
    'w: lived on (pids 7, 8)',
    'PURCHASE_CREATED at purchase-created-retry-0@0',
  ])
    expect(told()).toContain(line);
  expect(told()).not.toContain('/health');
});

test('an allocation is from a call that inserted or updated it, not from one that only found it', () => {
  const from = (effect: 'inserted' | 'updated' | 'found' | 'dropped', writer: string | null = 'scenario') => {
    const b = build();
    b.add({ kind: 'http.effect', source: 'http', call: 1, effect, rowId: 'a' });
    b.allocation('ada', { id: 'a', writer });
    const commit = b.history().commits[0];
    return commit !== undefined && isFromCall(b.history(), commit, 'a');
  };
  expect([from('inserted'), from('updated'), from('found'), from('dropped')]).toEqual([true, true, false, false]);
  expect(from('found', 'admin-service')).toBe(true);
});
