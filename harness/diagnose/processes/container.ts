/** What `docker inspect` says of a container's process. Pure. */
import { isObject, text } from '../../history/values.ts';
import type { WorkerSighting } from '../snapshot.ts';

const parsed = (line: string): Readonly<Record<string, unknown>> => {
  try {
    const value = JSON.parse(line) as unknown;
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};

/** `line`: its `.State` as JSON; `now`: ms since the epoch. Errors: Error where it is none. */
export const containerSighting = (line: string, now: number): WorkerSighting => {
  const state = parsed(line);
  const status = text(state['Status']);
  if (status === undefined) throw new Error('docker told nothing that is known of its state');
  const detail = `its container is ${status}`;
  if (status === 'paused') return { state: 'stopped', detail };
  if (status !== 'running')
    return { state: 'absent', detail: status === 'exited' ? `${detail} (${String(state['ExitCode'])})` : detail };
  const started = Date.parse(text(state['StartedAt']) ?? '');
  return { state: 'running', detail, ...(Number.isNaN(started) ? {} : { forMs: Math.max(0, now - started) }) };
};

/** Does docker say that there is none of that name? */
export const isNoContainer = (why: string): boolean => /no such (?:object|container)/i.test(why);
