/** The same work for many, so many at once. */

/**
 * Begins it for one after the other, as soon as one of those before has ended; resolves when all have. Errors: the first one's, after
 * which none is begun any more.
 */
export const eachOf = async <T extends object | string | number>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const rest = [...items].reverse();
  const run = async (): Promise<void> => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop())
      await work(item).catch((error: unknown) => {
        rest.length = 0;
        throw error;
      });
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, run));
};
