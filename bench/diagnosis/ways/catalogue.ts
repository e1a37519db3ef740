/** All ways, in the order of the table. */
import type { Way } from '../types.ts';
import { apiFailing } from './api-failing.ts';
import { apiNotCalled } from './api-not-called.ts';
import { duplicateRows } from './duplicate-rows.ts';
import { eventNotConsumed } from './event-not-consumed.ts';
import { eventNotEmitted } from './event-not-emitted.ts';
import { guardMarked } from './guard-marked.ts';
import { healthy } from './healthy.ts';
import { notKnown } from './not-known.ts';
import { pairs } from './pairs.ts';
import { rightDesigns } from './right-designs.ts';
import { stuck } from './stuck.ts';
import { topicMissing } from './topic-missing.ts';
import { withLog } from './with-log.ts';
import { withProcesses } from './with-processes.ts';
import { workerNotRunning } from './worker-not-running.ts';

export const WAYS: readonly Way[] = [
  ...workerNotRunning,
  ...topicMissing,
  ...eventNotEmitted,
  ...guardMarked,
  ...eventNotConsumed,
  ...apiNotCalled,
  ...apiFailing,
  ...duplicateRows,
  ...stuck,
  ...pairs,
  ...healthy,
  ...notKnown,
  ...rightDesigns,
  ...withLog,
  ...withProcesses,
];
