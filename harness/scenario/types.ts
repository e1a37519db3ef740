/** The vocabulary scenarios are written in: plain, JSON-serialisable data. */
import type { Condition } from '../history/conditions.ts';
import type { CauseId } from '../history/verdict.ts';
import type { Vocabulary } from '../pipeline/vocabulary.ts';

/** A number where the pipeline draws numbers, which may also be given as text; everywhere else a text. */
export type FixedId = string | number;

/** A purchase the scenario is about. Ids, names and dates not given here come from the seed. */
export interface SubjectSpec {
  /**
   * Fixed ids, for scenarios that replay a recorded incident: the subject's own, and the two of its pair. Each looks as the pipeline
   * declares that it is drawn.
   */
  readonly ids?: { readonly paymentId: FixedId; readonly studentId: FixedId; readonly courseId: FixedId };
  readonly purchaseTier?: 10 | 20 | 30;
  /** False leaves the booking out of the event's metadata (the worker then asks for '4:00 PM' today). */
  readonly booking?: boolean;
  /** Further metadata of its events, as clients send it. Not in the rows that the harness writes. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Another payment of the student and the course of this subject, which comes before it. */
  readonly sameStudentAs?: string;
  /** The scenario allows this one to end in the dead-letter queue. */
  readonly mayDeadLetter?: boolean;
}

/** Every fault has a kind and a target; its heal is the fault's own. */
export type FaultSpec<V extends Vocabulary = Vocabulary> =
  /** The worker's processes are killed and leave their group. Heal: started again. */
  | { readonly kind: 'worker-stopped'; readonly worker: V['worker'] }
  /** SIGSTOP. Heal: SIGCONT. */
  | { readonly kind: 'worker-paused'; readonly worker: V['worker'] }
  /** SIGKILL at the moment the condition holds. Heal: started again. */
  | { readonly kind: 'worker-killed'; readonly worker: V['worker']; readonly when: Condition<V> }
  /** SIGTERM at the moment the condition holds, SIGKILL after the worker's grace. Heal: started again. */
  | { readonly kind: 'worker-terminated'; readonly worker: V['worker']; readonly when: Condition<V> }
  /** The same, and the next process is started as soon as the old one is gone, while the scenario goes on: a rolling deployment. */
  | { readonly kind: 'worker-restarted'; readonly worker: V['worker']; readonly when: Condition<V> }
  /** The worker runs with the wrong setting, by the environment its configuration names for it. Heal: restarted with the right one. */
  | {
      readonly kind: 'worker-misconfigured';
      readonly worker: V['worker'];
      readonly setting: Misconfiguration;
      /** When it is started with the wrong setting: before the act (default), or after it. */
      readonly start?: 'before-act' | 'after-act';
    }
  /** The topic is deleted while its consumers are stopped; they are started without it. */
  | { readonly kind: 'topic-missing'; readonly topic: V['topic']; readonly heal: 'restart-consumers' | 'create-only' }
  /** The stub behaves so for this subject, for so many calls (default: until healed). */
  | {
      readonly kind: 'api-behaviour';
      /** Which service's. Left out: the pipeline's only one's. */
      readonly service?: V['service'];
      /** One that every stub has, or one of the service's own. */
      readonly behaviour: V['behaviour'];
      readonly subject: string;
      readonly times?: number;
      /** For `fails` and `refuses`. */
      readonly status?: number;
      /** For `slow`, and for those of the service's own that take it, ms. */
      readonly delayMs?: number;
      /** For `slow` and `hangs`, instead of a time: a call that meets it stays open until this holds, or the fault is healed. */
      readonly until?: Condition<V>;
    }
  /** A processed_events row is there before the worker sees the event, written by somebody else. Heal: nothing, or the row is taken away. */
  | {
      readonly kind: 'guard-marked';
      readonly event: V['event'];
      readonly subject: string;
      readonly writer: string;
      /** Default: the row stays, as a right worker needs no healing. */
      readonly heal?: 'remove-row';
    }
  /**
   * Writes to the table wait, as behind somebody's open transaction, until the condition holds or the observation is over;
   * it fires when the worker waits. Keep it well under the 30 s that workers give a statement. A step that writes there waits too.
   */
  | {
      readonly kind: 'writes-held';
      readonly worker: V['worker'];
      readonly table: V['table'];
      readonly until?: Condition<V>;
    }
  /** Connections reach the upstream, no byte of what the worker sends does. Heal: the proxy is made anew. */
  | { readonly kind: 'bytes-withheld'; readonly worker: V['worker']; readonly upstream: V['upstream'] }
  /** The upstream cannot be reached. It ends with the observation: name so many refused attempts there. Heal: reachable again. */
  | {
      readonly kind: 'upstream-away';
      readonly workers: readonly V['worker'][];
      readonly upstream: V['upstream'];
    };

export const MISCONFIGURATIONS = ['wrong-topic', 'new-group'] as const;
export type Misconfiguration = (typeof MISCONFIGURATIONS)[number];

/** One thing that happens: what any pipeline's scenarios can have happen, or an act of the pipeline's own. */
export type Step<V extends Vocabulary = Vocabulary> = CommonStep<V> | V['act'];

/** What the harness itself does, of whichever pipeline. */
export type CommonStep<V extends Vocabulary = Vocabulary> =
  /**
   * The outside world: an event that begins the subjects' way, of any pipeline, with what ties it to them and these fields besides. One
   * that was told already is told once more, with a fresh eventId or, `again`, with the one it had.
   */
  | {
      readonly do: 'tell';
      readonly event: V['event'];
      readonly subjects: readonly string[];
      readonly fields?: Readonly<Record<string, unknown>>;
      readonly eventId?: 'fresh' | 'again';
      readonly partition?: number;
    }
  /** Publishes a record that is not of the pipeline's shape, keyed by the subject's correlation id. */
  | {
      readonly do: 'publish-raw';
      readonly topic: V['topic'];
      readonly subject: string;
      readonly value: string;
      readonly partition?: number;
    }
  /** Nothing more is done until the condition holds. When it does not within the deadline (60 s), what follows is left out and the trial is unknown. */
  | { readonly do: 'wait'; readonly until: Condition<V>; readonly deadlineMs?: number };

export interface ExpectedCause {
  readonly id: CauseId;
  readonly consequenceOf?: CauseId;
  /** It may be listed or not. */
  readonly optional?: boolean;
  /** The writer of the guard row that the cause must name. */
  readonly writer?: string;
}

/** The first case whose `when` holds applies. `causes: 'any'` asserts nothing; `[]` requires that there is no cause. */
export interface DuringCase<V extends Vocabulary = Vocabulary> {
  readonly when: Condition<V>;
  readonly causes: readonly ExpectedCause[] | 'any';
}

/** `V`: what its pipeline has; any names when left out. */
export interface Scenario<V extends Vocabulary = Vocabulary> {
  readonly name: string;
  /** One sentence. */
  readonly title: string;
  readonly tags: readonly string[];
  readonly given: { readonly subjects: Readonly<Record<string, SubjectSpec>> };
  readonly faults: readonly FaultSpec<V>[];
  readonly act: readonly Step<V>[];
  /** When to look for causes. Left out: the last worker of the pipeline has decided on every subject. */
  readonly observeUntil?: Condition<V>;
  /**
   * Up to where causes are read: the barrier that follows the condition (default: absence is proven), or the very
   * event that met it (for faults that end by themselves and might be over when the barrier has passed).
   */
  readonly observeAt?: 'barrier' | 'condition';
  readonly observeDeadlineMs?: number;
  /** Left out or empty: causes are shown, not asserted. */
  readonly during?: readonly DuringCase<V>[];
  /** Repairs beyond the faults' own heals. */
  readonly heal?: readonly Step<V>[];
  /** What must also hold at the end, beyond the invariants: each with the sentence that a failure prints. */
  readonly after?: readonly { readonly must: Condition<V>; readonly message: string }[];
  readonly settleDeadlineMs?: number;
  /** Whether a worker that exited by itself is started again when healing. Default 'always'. */
  readonly restart?: 'always' | 'never';
  /** False: groups are not committed at the topics' ends before workers start. Default true. */
  readonly primeOffsets?: boolean;
  /** False: a killed member keeps its partitions until its session ends. Default true. */
  readonly removeDeadMembers?: boolean;
}
