/** vitest ends the process 1 ms after SIGINT or SIGTERM, before any trial is drained: its listeners are taken off. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs `create` and removes the signal listeners that it added to this process, and only those. */
export const withoutNewSignalListeners = async <T>(create: () => Promise<T>): Promise<T> => {
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  const created = await create();
  for (const signal of SIGNALS)
    for (const listener of process.listeners(signal))
      if (!before.get(signal)?.includes(listener)) process.removeListener(signal, listener);
  return created;
};
