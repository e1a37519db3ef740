/**
 * Whether the sealed connections of a relay come about. A gateway of this run takes the key whatever becomes of what is
 * behind it: where nobody does, something else has answered, or somebody has changed a proxy, and what the worker meets is no
 * fault that the trial knows of.
 */
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Sealings {
  /** Looks after one until both ends have proven that they have the key, or it ends. */
  watch(server: Socket, client: Socket, isOurs: () => boolean): void;
  /** Waits for those that are open: false when all have come about or ended, true when one does not. */
  isStuck(): Promise<boolean>;
}

/** ms; on one machine it takes one or two. Of a client that leaves earlier it is no wonder. */
const LONG_MS = 500;

/** ms; then one does not come about any more, also where a machine has too much to do. */
const STUCK_MS = 3000;

const TICK_MS = 50;

interface Sealing {
  /** Ticks of this process since it began, ms: where everything stands still for a while, nothing takes long for that. */
  waited: number;
  /** A fault holds it, or did when it began. */
  readonly isDisturbed: () => boolean;
}

/**
 * @param isDisturbed is the harness at the way right now? Then connections may break off
 * @param onFailed one has not come about, and neither the client nor the harness is why
 */
export const createSealings = (isDisturbed: () => boolean, onFailed: () => void): Sealings => {
  const open = new Set<Sealing>();
  let ticking: NodeJS.Timeout | undefined;
  const end = (sealing: Sealing): boolean => {
    const wasOpen = open.delete(sealing);
    if (open.size > 0) return wasOpen;
    clearInterval(ticking);
    ticking = undefined;
    return wasOpen;
  };
  const tick = (): void => {
    for (const sealing of open) sealing.waited += TICK_MS;
  };
  return {
    watch: (server, client, isOurs) => {
      const wasDisturbed = isDisturbed();
      const sealing: Sealing = { waited: 0, isDisturbed: () => wasDisturbed || isDisturbed() };
      let clientLeft = false;
      open.add(sealing);
      ticking ??= setInterval(tick, TICK_MS).unref();
      client.once('end', () => (clientLeft = true));
      client.once('close', () => (clientLeft = true));
      server.once('secureConnect', () => end(sealing));
      server.once('close', () => {
        if (!end(sealing) || isOurs() || sealing.isDisturbed()) return;
        if (!clientLeft || sealing.waited >= LONG_MS) onFailed();
      });
    },
    isStuck: async () => {
      const asked = [...open];
      for (;;) {
        const waiting = asked.filter((sealing) => open.has(sealing) && !sealing.isDisturbed());
        if (waiting.length === 0) return false;
        if (waiting.some(({ waited }) => waited >= STUCK_MS)) return true;
        await delay(TICK_MS);
      }
    },
  };
};
