/** A fault of a scenario in a few words: its kind, and what it strikes. */
import type { FaultSpec } from '../scenario/types.ts';

const struckBy = (fault: FaultSpec): string => {
  switch (fault.kind) {
    case 'topic-missing':
      return fault.topic;
    case 'guard-marked':
      return fault.event;
    case 'api-behaviour':
      return [fault.service, fault.behaviour].filter((word) => word !== undefined).join(' ');
    case 'upstream-away':
      return `${fault.upstream} for ${fault.workers.join(', ')}`;
    case 'worker-misconfigured':
      return `${fault.worker}, ${fault.setting}`;
    case 'bytes-withheld':
      return `${fault.worker} to ${fault.upstream}`;
    case 'writes-held':
      return `${fault.worker}, ${fault.table}`;
    default:
      return fault.worker;
  }
};

/** `worker-killed (allocation-worker)`. */
export const faultLabel = (fault: FaultSpec): string => `${fault.kind} (${struckBy(fault)})`;
