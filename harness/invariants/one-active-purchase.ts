import { isActivePurchase } from './counting.ts';
import { playedBy } from './judging.ts';
import { twoActiveRows } from './one-active.ts';
import type { ActiveRows } from './one-active.ts';
import { twoAnnounced } from './one-announced.ts';
import type { Announcement } from './one-announced.ts';
import type { Invariant } from './types.ts';

const PURCHASES: ActiveRows = {
  table: 'student_course_purchases',
  isActive: isActivePurchase,
  thing: 'active purchases',
  makerOf: (history) => playedBy(history, 'purchase-worker'),
};

const ANNOUNCED: Announcement = {
  type: 'PURCHASE_CREATED',
  idField: 'purchaseId',
  effectOf: 'PURCHASE_CONFIRMED',
  thing: 'purchases',
};

export const oneActivePurchase: Invariant = {
  id: 'one-active-purchase',
  title: 'A student has at most one active purchase of a course, and one is announced.',
  needs: ['postgres', 'kafka'],
  check: (history) => ({
    violations: [...twoActiveRows(history, PURCHASES), ...twoAnnounced(history, ANNOUNCED)],
  }),
};
