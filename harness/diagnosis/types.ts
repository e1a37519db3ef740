import type { BarrierSource } from '../history/events.ts';
import type { CauseId } from '../history/verdict.ts';
import type { Facts } from './facts.ts';
import type { StageFacts } from './stage.ts';

/** That a cause is proven for one payment, and by what. */
export interface Proof {
  /** One sentence in the domain's words. */
  readonly message: string;
  /** `seq` of the history's events that prove it. */
  readonly evidence: readonly number[];
  /**
   * The sources that must be complete for it to stand: those in which something is absent, and those whose lost tail
   * might show that it is not so. None: what is present proves it.
   */
  readonly restsOn: readonly BarrierSource[];
  /**
   * Those of them that nothing found there would take back: where a live system gives no way to ask them, it stands without, and
   * says so. Left out: none.
   */
  readonly standsWithout?: readonly BarrierSource[];
  /** The stage of the pipeline it speaks of. */
  readonly stage: StageFacts;
  /**
   * What is wrong, without ids: payments of which the same is true are told in one sentence. Left out: the message is
   * the same for all of them.
   */
  readonly story?: string;
  /** Who wrote the guard row; null: a worker. */
  readonly writer?: string | null;
  readonly consequenceOf?: CauseId;
  /** Nothing tells it apart from another listed cause. */
  readonly undecided?: boolean;
  /** It needs repair, but not for this payment to get on: it is ranked behind all others. */
  readonly later?: boolean;
}

/** One root cause: what proves it, as a pure function of the facts about one payment that is not done. */
export interface CauseRule {
  readonly id: CauseId;
  prove(facts: Facts): Proof | undefined;
}
