/** How much of a worker's output is kept in one trial: all of it until there is a lot, then what names the trial, and the last of it. */

/** Of what is kept whatever it says; bytes and lines. A history and two logs of every worker hold it. */
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_LINES = 20_000;
/** Of lines beyond that, for each payment that they name: they may be evidence. */
const MOST_NAMING = 1000;

export interface LogBudget {
  /** Is a line that says anything still kept? */
  hasRoom(): boolean;
  /** Counts a line that is kept. */
  take(bytes: number): void;
  /** Counts a line that names these payments of the trial; is it kept? One that is kept for any of them is. */
  takeNaming(ids: readonly string[]): boolean;
}

/** `trial` tells one trial from another: each begins with a full budget. A worker that is started again has what is left. */
export const createLogBudget = (trial: () => unknown): LogBudget => {
  let current = trial();
  let bytes = 0;
  let lines = 0;
  let naming = new Map<string, number>();
  const renew = (): void => {
    const now = trial();
    if (now === current) return;
    current = now;
    [bytes, lines, naming] = [0, 0, new Map()];
  };
  return {
    hasRoom: () => {
      renew();
      return bytes < MOST_BYTES && lines < MOST_LINES;
    },
    take: (length) => {
      renew();
      bytes += length;
      lines += 1;
    },
    takeNaming: (ids) => {
      renew();
      const counts = ids.map((id) => {
        const count = (naming.get(id) ?? 0) + 1;
        naming.set(id, count);
        return count;
      });
      return counts.some((count) => count <= MOST_NAMING);
    },
  };
};
