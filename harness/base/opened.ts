/** Parts that are opened one after another, and closed the other way round. */

export interface Opened {
  /** Takes what is being opened, and how it is closed again. */
  keep<T>(opening: T | Promise<T>, close: (part: T) => unknown): Promise<T>;
  /** Closes all, the last first, also when one of them cannot be closed; then throws what went wrong first. Safe to call twice. */
  close(): Promise<void>;
}

/** Nothing is left open when `open` throws: what went wrong first is what is thrown. */
export const openTogether = async <T>(open: (opened: Opened) => Promise<T>): Promise<T> => {
  const undo: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    const wrong: unknown[] = [];
    for (const close of undo.splice(0)) {
      try {
        await close();
      } catch (error) {
        wrong.push(error);
      }
    }
    if (wrong.length > 0) throw wrong[0];
  };
  let closed: Promise<void> | undefined;
  const opened: Opened = {
    keep: async (opening, close) => {
      const part = await opening;
      if (closed !== undefined) {
        await close(part);
        throw new Error('closed meanwhile');
      }
      undo.unshift(() => close(part));
      return part;
    },
    close: () => (closed ??= closeAll()),
  };
  try {
    return await open(opened);
  } catch (error) {
    await opened.close().catch(() => undefined);
    throw error;
  }
};
