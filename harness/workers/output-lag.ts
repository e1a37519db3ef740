/**
 * How long what a worker had written waited to be read. Its pipe is small: one whose output is read too slowly stands still in the
 * middle of its work, and what ran out of time meanwhile did so because of us.
 */

/** Bytes that are read at once; a read that brings as many leaves more behind, or nothing by chance. */
const ONE_READ = 64 * 1024;

export interface OutputLag {
  /** For one of its streams: to be called with the length of each read, before anything is done with it. */
  reader(): (bytes: number) => void;
  /** From here on: what waited before concerns nobody. */
  begin(): void;
  /** Since then in all, ms: each wait makes the worker so much later. */
  total(): number;
}

export interface OutputLagOptions {
  /** Monotonic clock, ms. Default: performance.now. */
  readonly now?: () => number;
  /** Calls back when all that could be read by now has been. Default: after the next turn of the event loop. */
  readonly afterNextTurn?: (then: () => void) => void;
}

/** An immediate of this turn runs when its reads are over, and the next one after another turn's. */
const afterNextTurnOfLoop = (then: () => void): void => void setImmediate(() => void setImmediate(then));

/** Of one worker, however often it is started. */
export const createOutputLag = (options: OutputLagOptions = {}): OutputLag => {
  const { now = () => performance.now(), afterNextTurn = afterNextTurnOfLoop } = options;
  let beganAt = now();
  let total = 0;
  return {
    reader: () => {
      let reads = 0;
      /** Since when there was more than had been read. */
      let moreSince: number | undefined;
      return (bytes) => {
        reads += 1;
        const at = now();
        if (moreSince !== undefined) total += at - Math.max(moreSince, beganAt);
        moreSince = bytes < ONE_READ ? undefined : at;
        if (moreSince === undefined) return;
        const read = reads;
        afterNextTurn(() => {
          if (reads === read) moreSince = undefined;
        });
      };
    },
    begin: () => {
      beganAt = now();
      total = 0;
    },
    total: () => total,
  };
};
