import { allocationHasPurchase } from './allocation-has-purchase.ts';
import { allocationIsAnnounced } from './allocation-is-announced.ts';
import { announcedMeansCommitted } from './announced-means-committed.ts';
import { callsHonourContract } from './calls-honour-contract.ts';
import { deadLetterOnce } from './dead-letter-once.ts';
import { eventGetsMarked } from './event-gets-marked.ts';
import { groupsDrain } from './groups-drain.ts';
import { idsAgree } from './ids-agree.ts';
import { markFollowsEffect } from './mark-follows-effect.ts';
import { messagesHonourContract } from './messages-honour-contract.ts';
import { noEventLost } from './no-event-lost.ts';
import { oneActiveAllocation } from './one-active-allocation.ts';
import { oneActivePurchase } from './one-active-purchase.ts';
import { paymentGetsPurchase } from './payment-gets-purchase.ts';
import { purchaseGetsAllocation } from './purchase-gets-allocation.ts';
import { purchaseGetsEvent } from './purchase-gets-event.ts';
import { purchaseHasPayment } from './purchase-has-payment.ts';
import { purchaseIsAnnounced } from './purchase-is-announced.ts';
import type { Invariant } from './types.ts';

/** Every invariant, in the order they are reported. */
export const INVARIANTS: readonly Invariant[] = [
  markFollowsEffect,
  oneActiveAllocation,
  oneActivePurchase,
  allocationHasPurchase,
  purchaseHasPayment,
  idsAgree,
  announcedMeansCommitted,
  noEventLost,
  deadLetterOnce,
  messagesHonourContract,
  callsHonourContract,
  paymentGetsPurchase,
  purchaseGetsEvent,
  purchaseGetsAllocation,
  purchaseIsAnnounced,
  allocationIsAnnounced,
  eventGetsMarked,
  groupsDrain,
];
