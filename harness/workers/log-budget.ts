/** How much of a worker's output is kept in one trial: all of it until there is a lot, then what names the trial, and the last of it. */

/** Of what is kept whatever it says; characters and lines. */
const MOST_CHARACTERS = 1024 * 1024;
const MOST_LINES = 5000;
/** Of lines beyond that which name an id of the trial: they may be evidence. */
const MOST_NAMING = 1000;

export interface LogBudget {
  /** Is a line that says anything still kept? */
  hasRoom(): boolean;
  /** Counts a line that is kept. */
  take(characters: number): void;
  /** Counts a line that names an id of the trial; is it kept? */
  takeNaming(): boolean;
}

/** `trial` tells one trial from another: each begins with a full budget. A worker that is started again has what is left. */
export const createLogBudget = (trial: () => unknown): LogBudget => {
  let current = trial();
  let characters = 0;
  let lines = 0;
  let naming = 0;
  const renew = (): void => {
    const now = trial();
    if (now === current) return;
    current = now;
    [characters, lines, naming] = [0, 0, 0];
  };
  return {
    hasRoom: () => {
      renew();
      return characters < MOST_CHARACTERS && lines < MOST_LINES;
    },
    take: (length) => {
      renew();
      characters += length;
      lines += 1;
    },
    takeNaming: () => {
      renew();
      naming += 1;
      return naming <= MOST_NAMING;
    },
  };
};
