import type { Socket } from 'node:net';

/**
 * Ends a connection at once, with a reset (RST) where that is possible; whatever waits to be written is dropped.
 *
 * `resetAndDestroy()` alone will not do: libuv refuses to reset a socket whose end is just being sent, and Node 20 then
 * neither closes it nor says 'close', so that whoever waits for its end waits for ever.
 * @param below what carries it, where it is encrypted: only that can be reset
 */
export const resetSocket = (socket: Socket, below: Socket = socket): void => {
  if (socket.destroyed) return;
  const sendingEnd = socket.writableEnded && !socket.writableFinished;
  if (below.connecting || sendingEnd) socket.destroy();
  else below.resetAndDestroy();
};
