/** Like `Promise.allSettled`, but each begins when the one before has ended. */
export const settledInTurn = async <P, T>(
  all: readonly P[],
  work: (one: P) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> => {
  const settled: PromiseSettledResult<T>[] = [];
  for (const one of all) settled.push(...(await Promise.allSettled([work(one)])));
  return settled;
};
