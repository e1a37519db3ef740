import { isActivePurchase } from '../history/history.ts';
import { twoActiveRows, twoAnnounced } from './one-active.ts';
import type { Invariant } from './types.ts';

export const oneActivePurchase: Invariant = {
  id: 'one-active-purchase',
  title: 'A student has at most one active purchase of a course, and one is announced.',
  needs: ['postgres', 'kafka'],
  check: (history) => ({
    violations: [
      ...twoActiveRows(history, 'student_course_purchases', isActivePurchase, 'active purchases'),
      ...twoAnnounced(history, 'PURCHASE_CREATED', 'purchaseId', 'purchases'),
    ],
  }),
};
