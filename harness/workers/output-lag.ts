/**
 * How long what a worker had written waited to be read because nobody here could read. Its pipe is small: one whose output is read too
 * slowly stands still in the middle of its work, and what ran out of time meanwhile did so because of us.
 */
import { watchStandstills } from './loop-standstill.ts';

/**
 * Bytes: with less in it a pipe was not full, and its writer did not wait. Node's are pairs of sockets, which hold some 280 writes
 * however short: of lines of 100 bytes 28 kB.
 */
const NEARLY_FULL = 8 * 1024;

export interface OutputLag {
  /** To be called with the length of each read of one of its streams, before anything is done with it. */
  read(bytes: number): void;
  /** From here on: what waited before concerns nobody. */
  begin(): void;
  /** Since then in all, ms: each wait makes the worker so much later. */
  total(): number;
}

export interface OutputLagOptions {
  /** Monotonic clock, ms. Default: performance.now. */
  readonly now?: () => number;
  /** For how long nobody here could read before this moment, ms. Default: the event loop's. */
  readonly standstill?: () => number;
}

let ofProcess: (() => number) | undefined;

/** Of one worker, however often it is started. */
export const createOutputLag = (options: OutputLagOptions = {}): OutputLag => {
  const { now = () => performance.now(), standstill = (ofProcess ??= watchStandstills()) } = options;
  /** What is before it has been counted, or concerns nobody: both streams wait at the same time. */
  let countedTo = now();
  let total = 0;
  return {
    read: (bytes) => {
      const stood = standstill();
      if (bytes < NEARLY_FULL || stood === 0) return;
      const at = now();
      total += Math.max(0, at - Math.max(at - stood, countedTo));
      countedTo = at;
    },
    begin: () => {
      countedTo = now();
      total = 0;
    },
    total: () => total,
  };
};
