import type { FaultSpec } from '../scenario/types.ts';
import { apiBehaviour } from './api-behaviour.ts';
import { bytesWithheld } from './bytes-withheld.ts';
import { guardMarked } from './guard-marked.ts';
import { topicMissing } from './topic-missing.ts';
import type { Fault, FaultKindName, SpecOf } from './types.ts';
import { upstreamAway } from './upstream-away.ts';
import { workerKilled } from './worker-killed.ts';
import { workerMisconfigured } from './worker-misconfigured.ts';
import { workerPaused } from './worker-paused.ts';
import { workerRestarted } from './worker-restarted.ts';
import { workerStopped } from './worker-stopped.ts';
import { workerTerminated } from './worker-terminated.ts';
import { writesHeld } from './writes-held.ts';

const FAULTS: { readonly [K in FaultKindName]: Fault<K> } = {
  'worker-stopped': workerStopped,
  'worker-paused': workerPaused,
  'worker-killed': workerKilled,
  'worker-terminated': workerTerminated,
  'worker-restarted': workerRestarted,
  'worker-misconfigured': workerMisconfigured,
  'topic-missing': topicMissing,
  'api-behaviour': apiBehaviour,
  'guard-marked': guardMarked,
  'writes-held': writesHeld,
  'bytes-withheld': bytesWithheld,
  'upstream-away': upstreamAway,
};

/** The implementation of a fault's kind. */
export const faultOf = <K extends FaultKindName>(spec: SpecOf<K> & FaultSpec): Fault<K> => FAULTS[spec.kind as K];
