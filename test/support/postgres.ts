/** A real PostgreSQL, and what the tests around it share. */
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { startEmbedded } from '../../harness/environment/embedded/embedded.ts';
import type { Environment } from '../../harness/environment/types.ts';
import type { EventKind, HistoryEvent, NewEvent } from '../../harness/history/events.ts';

/** Starts the environment, of which these tests use PostgreSQL and the rest costs nothing more. */
export const openPostgres = (): Promise<Environment> =>
  startEmbedded({ cacheDir: join(packageRoot, '.faultline'), env: process.env, progress: () => undefined });

/** A recorder that keeps everything, numbered and timed as a history is. */
export const createTape = () => {
  const events: HistoryEvent[] = [];
  return {
    events,
    record: (event: NewEvent): number =>
      events.push({ seq: events.length + 1, at: performance.now(), ...event } as HistoryEvent),
    of: <K extends EventKind>(kind: K) =>
      events.filter((event) => event.kind === kind) as unknown as readonly HistoryEvent<K>[],
  };
};

/** Waits until the condition gives something. @throws Error that says what was waited for. */
export const eventually = async <T>(what: string, condition: () => T | Promise<T>, deadlineMs = 5000) => {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await condition();
    if (found) return found as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
