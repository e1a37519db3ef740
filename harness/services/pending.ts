/** Work promised for later, after the answer: counted until it is done. */

export interface Pending {
  count(): number;
  later(delayMs: number, work: () => Promise<void>, onCancelled: () => void): void;
  /** Drops what has not begun and waits for what has. */
  cancel(): Promise<void>;
}

interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly onCancelled: () => void;
}

export const createPending = (): Pending => {
  const waiting = new Set<Waiting>();
  const running = new Set<Promise<void>>();
  return {
    count: () => waiting.size + running.size,
    later: (delayMs, work, onCancelled) => {
      const timer = setTimeout(() => {
        waiting.delete(entry);
        const run = work().finally(() => running.delete(run));
        running.add(run);
      }, delayMs);
      const entry: Waiting = { timer, onCancelled };
      waiting.add(entry);
    },
    cancel: async () => {
      for (const { timer, onCancelled } of waiting) {
        clearTimeout(timer);
        onCancelled();
      }
      waiting.clear();
      await Promise.all(running);
    },
  };
};
