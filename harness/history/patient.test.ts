import { expect, test } from 'vitest';
import type { Condition } from './conditions.ts';
import { isPatient } from './patient.ts';

const worker = 'allocation-worker';
const decided: Condition = { decided: { worker } };
const open: Condition = { callOpen: {} };

test.each<readonly [boolean, Condition]>([
  [true, { always: true }],
  [true, decided],
  [true, { all: [decided, { emitted: { event: 'PURCHASE_CREATED', atLeast: 2 } }] }],
  [true, { any: [decided, { deadLettered: {} }] }],
  [false, { decided: { worker, subject: 'ada' } }],
  [false, { all: [decided, { passed: { worker, subject: 'ada' } }] }],
  // Told again it is not passed any more; a mark may be taken away.
  [false, { passed: { worker } }],
  [false, { marked: { event: 'PURCHASE_CREATED' } }],
  [false, open],
  [false, { any: [decided, open] }],
  [false, { not: decided }],
  [false, { row: { table: 'trainer_allocations' } }],
  [false, { skipped: { worker } }],
  [false, { running: { worker } }],
  [false, { exited: { worker } }],
  [false, { fired: { fault: 'worker-killed' } }],
  [false, { connected: { worker, upstream: 'kafka' } }],
  [false, { lasted: { what: decided, ms: 10 } }],
])('%s: %j', (patient, condition) => expect(isPatient(condition)).toBe(patient));
