/**
 * Whether the sealed connections of a relay come about. A gateway of this run takes the key whatever becomes of what is
 * behind it: where nobody does, something else has answered, or somebody has changed a proxy, and what the worker meets is no
 * fault that the trial knows of.
 */
import type { Socket } from 'node:net';

export interface Sealings {
  /** Looks after one until both ends have proven that they have the key, or it ends. */
  watch(server: Socket, client: Socket, isOurs: () => boolean): void;
  /** One is open, and has not come about for longer than it takes. */
  isStuck(): boolean;
}

/** ms; on one machine it takes one or two. */
const LONG_MS = 500;

/**
 * @param isDisturbed is the harness at the way right now? Then connections may break off
 * @param onFailed one has not come about, and neither the client nor the harness is why
 */
export const createSealings = (isDisturbed: () => boolean, onFailed: () => void): Sealings => {
  const open = new Set<() => boolean>();
  return {
    watch: (server, client, isOurs) => {
      const begun = performance.now();
      const wasDisturbed = isDisturbed();
      let clientLeft = false;
      const isLong = (): boolean => !wasDisturbed && !isDisturbed() && performance.now() - begun >= LONG_MS;
      open.add(isLong);
      client.once('end', () => (clientLeft = true));
      client.once('close', () => (clientLeft = true));
      server.once('secureConnect', () => open.delete(isLong));
      server.once('close', () => {
        if (!open.delete(isLong) || isOurs() || wasDisturbed || isDisturbed()) return;
        if (!clientLeft || isLong()) onFailed();
      });
    },
    isStuck: () => [...open].some((isLong) => isLong()),
  };
};
