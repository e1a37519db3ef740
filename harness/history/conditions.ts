/**
 * Conditions over a history, as data: what `observeUntil`, a fault's `when` and an expectation's `when` are written in.
 * A condition that names no subject means every subject of the scenario.
 */
import type { Vocabulary } from '../pipeline/vocabulary.ts';

/** The kinds of faults there are; what each is: scenario/types.ts. */
export const FAULT_KINDS = [
  'worker-stopped',
  'worker-paused',
  'worker-killed',
  'worker-terminated',
  'worker-restarted',
  'worker-misconfigured',
  'topic-missing',
  'api-behaviour',
  'guard-marked',
  'writes-held',
  'bytes-withheld',
  'upstream-away',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

interface Of {
  /** The subject's name in the scenario; every subject when left out. */
  readonly subject?: string;
}

/** `V`: what the pipeline has; any names when left out. */
export type Condition<V extends Vocabulary = Vocabulary> =
  /** Holds from the beginning. */
  | { readonly always: true }
  /** Each of these holds. */
  | { readonly all: readonly Condition<V>[] }
  /** One of these holds, or several do. */
  | { readonly any: readonly Condition<V>[] }
  /** This does not hold (yet): alone it asks for nothing to have happened, and is met at once. */
  | { readonly not: Condition<V> }
  /**
   * The worker has decided on the subject's event: marked it, dead-lettered it, brought about its effect, began a second
   * attempt, or exited; an offset past it decides only when patience is over.
   */
  | { readonly decided: Of & { readonly worker: V['worker'] } }
  /** Something shows that the worker has the subject's event: a mark, an offset past it, a dead-letter record, a call, its effect, a line with its id. */
  | { readonly taken: Of & { readonly worker: V['worker'] } }
  /** The worker committed past the subject's event, patience is over, and it has neither had its effect nor a dead-letter record. */
  | { readonly skipped: Of & { readonly worker: V['worker'] } }
  /**
   * The worker has met the latest fault that strikes it (without one: the act): it has since exited or was told that the
   * topic (left out: any) does not exist, or, with no topic meant, made a connection to Kafka.
   */
  | { readonly met: { readonly worker: V['worker']; readonly topic?: V['topic'] } }
  /** A committed processed_events row of the subject; by a worker (a mark) or by anyone. */
  | { readonly marked: Of & { readonly event: V['event']; readonly by?: 'worker' | 'anyone' } }
  /** The worker's group committed an offset past the subject's event. */
  | { readonly passed: Of & { readonly worker: V['worker'] } }
  /** At least so many (default 1) requests for the subject were received by admin-service. */
  | { readonly requested: Of & { readonly atLeast?: number } }
  /** At least so many (default 1) calls for the subject have ended; with this status, when given. */
  | { readonly answered: Of & { readonly atLeast?: number; readonly status?: number } }
  /** A call for the subject is open: received and not ended. */
  | { readonly callOpen: Of }
  /** At least so many (default 1) connection attempts by the worker to the upstream since the trial began; `refused` counts only failed ones, `since` those that may be about an event of that type. */
  | {
      readonly connected: {
        readonly worker: V['worker'];
        readonly upstream: V['upstream'];
        readonly atLeast?: number;
        readonly refused?: boolean;
        readonly since?: V['event'];
      };
    }
  /** At least so many (default 1) committed records of that type for the subject are in their topic. */
  | { readonly emitted: Of & { readonly event: V['event']; readonly atLeast?: number } }
  /** A record about the subject's event is in the dead-letter queue. */
  | { readonly deadLettered: Of }
  /** A row of the subject is committed and not deleted: an active purchase, an allocation (any status but rejected or cancelled), ... */
  | { readonly row: Of & { readonly table: V['table'] } }
  /** A process of the worker exited: by itself (default), or whoever ended it. */
  | { readonly exited: { readonly worker: V['worker']; readonly by?: 'itself' | 'anyone' } }
  /** A process of the worker is there: started, and not gone. One that is paused is. */
  | { readonly running: { readonly worker: V['worker'] } }
  /** The harness sent the worker's process this signal. */
  | { readonly signalled: { readonly worker: V['worker']; readonly signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' } }
  /** A fault of that kind has struck. */
  | { readonly fired: { readonly fault: FaultKind } }
  /** It holds, and did so many ms ago. The one condition of time: for what only a timer of the worker's can bring about. */
  | { readonly lasted: { readonly what: Condition<V>; readonly ms: number } };
