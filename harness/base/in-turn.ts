/**
 * Like `Promise.allSettled`, but each begins when the one before has ended. `goesOn`: also after one that failed; else what comes after
 * that is left out of the answer.
 */
export const settledInTurn = async <P, T>(
  all: readonly P[],
  work: (one: P) => Promise<T>,
  goesOn: boolean,
): Promise<PromiseSettledResult<T>[]> => {
  const settled: PromiseSettledResult<T>[] = [];
  for (const one of all) {
    settled.push(...(await Promise.allSettled([work(one)])));
    if (!goesOn && settled.at(-1)?.status === 'rejected') break;
  }
  return settled;
};
