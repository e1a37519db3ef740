import { apiFailing } from './causes/api-failing.ts';
import { apiNotCalled } from './causes/api-not-called.ts';
import { eventNotConsumed } from './causes/event-not-consumed.ts';
import { eventNotEmitted } from './causes/event-not-emitted.ts';
import { guardMarkedWithoutAllocation } from './causes/guard-marked-without-allocation.ts';
import { topicMissing } from './causes/topic-missing.ts';
import { workerNotRunning } from './causes/worker-not-running.ts';
import type { CauseRule } from './types.ts';

/**
 * Every cause, in the order in which repairs help: what comes later in the list cannot help a payment before what
 * comes earlier is repaired.
 */
export const CAUSES: readonly CauseRule[] = [
  topicMissing,
  eventNotEmitted,
  workerNotRunning,
  guardMarkedWithoutAllocation,
  eventNotConsumed,
  apiNotCalled,
  apiFailing,
];
