/** Shorter work is worth no line, ms. */
const LONG_MS = 2000;

/** The same work; once it has taken two seconds, `say` is told what it is. */
export const toldWhenLong = async <T>(say: (line: string) => void, what: string, work: Promise<T>): Promise<T> => {
  const timer = setTimeout(() => say(what), LONG_MS);
  timer.unref();
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
};
