import type { Socket } from 'node:net';

/**
 * Ends a connection at once, with a reset (RST) where the system allows one; whatever waits to be written is dropped.
 *
 * `resetAndDestroy()` will not do: it first waits until everything is written, which never happens with a peer that does
 * not read, and a `destroy()` meanwhile loses the handle: libuv refuses to reset what is shutting down, and Node 20 then
 * neither closes it nor says 'close'. What it sets for `destroy()` to act on is set here, without the waiting.
 */
export const resetSocket = (socket: Socket): void => {
  if (socket.destroyed) return;
  const shuttingDown = socket.writableEnded && !socket.writableFinished;
  if (!socket.connecting && !shuttingDown) Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
};
