import type { CauseId } from '../../../history/verdict.ts';
import type { Force } from '../forcing.ts';
import { forceApiFailing } from './api-failing.ts';
import { forceApiNotCalled } from './api-not-called.ts';
import { forceEventNotConsumed } from './event-not-consumed.ts';
import { forceEventNotEmitted } from './event-not-emitted.ts';
import { forceGuardMarked } from './guard-marked.ts';
import { forceTopicMissing } from './topic-missing.ts';
import { forceWorkerNotRunning } from './worker-not-running.ts';

/** How each cause is brought about. */
export const FORCES: Readonly<Record<CauseId, Force>> = {
  'worker-not-running': forceWorkerNotRunning,
  'topic-missing': forceTopicMissing,
  'event-not-emitted': forceEventNotEmitted,
  'guard-marked-without-allocation': forceGuardMarked,
  'event-not-consumed': forceEventNotConsumed,
  'api-not-called': forceApiNotCalled,
  'api-failing': forceApiFailing,
};
