/** When a worker counts as ready. */
import { consumerGroupsOf } from '../config/parts.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultlineError } from '../base/errors.ts';
import type { RecordEvent } from '../history/events.ts';
import { byHandText } from './command.ts';
import type { WorkerProcess } from './start.ts';

export interface WaitReadyOptions {
  /** Is its consumer group stable, with this process as a member? */
  readonly isGroupReady: () => Promise<boolean>;
  /** Groups that it was seen to join. */
  readonly joined?: () => readonly string[];
  /** What the worker did that waiting does not mend, if anything. */
  readonly failed?: () => FaultlineError | undefined;
  /** ms since this call. Default: the worker's configuration. */
  readonly timeoutMs?: number;
  /** A line of output that contains this text, besides. Default: the worker's configuration. */
  readonly log?: string;
  readonly record: RecordEvent;
}

const POLL_MS = 5;
const SHOWN_LINES = 20;

const withOutput = (process: WorkerProcess): string => {
  const lines = process.lastLines(SHOWN_LINES);
  if (lines.length === 0) return 'It wrote nothing.';
  return ['The last lines it wrote:', ...lines.map((line) => `  ${line}`)].join('\n');
};

const byHand = ({ config }: WorkerProcess): string =>
  `Run it by hand to see why, with the addresses of \`faultline up\`: ${byHandText(config)}`;

const diedEarly = (process: WorkerProcess): FaultlineError => {
  const { role } = process.config;
  const { code, signal } = process.exit ?? {};
  const how = typeof signal === 'string' ? `was ended by ${signal}` : `exited with code ${code ?? '?'}`;
  const left = process.escaped();
  const behind = left.length === 0 ? '' : ` It left others running (pid ${left.join(', ')}), which ended with it.`;
  return new FaultlineError(
    'worker',
    `${role} ${how} before it was ready.${behind} ${withOutput(process)}`,
    left.length === 0 ? byHand(process) : `Run it in the foreground, as in a container. ${byHand(process)}`,
  );
};

/**
 * Waits until the worker's group is stable with it and, where asked for, a line of its output has appeared; then records
 * `process.ready`. Errors: FaultlineError 'worker' with its last lines when it exits before, or is not ready in time.
 */
export const waitReady = async (process: WorkerProcess, options: WaitReadyOptions): Promise<void> => {
  const { config, pid } = process;
  const { record, timeoutMs = config.ready.timeoutMs, log = config.ready.log } = options;
  const began = process.age();
  const given = new AbortController();
  const deadline = delay(timeoutMs, undefined, { signal: given.signal }).catch(() => undefined);
  let group = 'not asked yet';

  const askGroup = async (): Promise<boolean> => {
    try {
      const ready = await options.isGroupReady();
      group = ready ? 'stable with it' : 'not yet';
      return ready;
    } catch (error) {
      // A coordinator that is still loading refuses the question: ask again, and say so if it stays like that.
      group = `could not be asked: ${error instanceof Error ? error.message : String(error)}`;
      return false;
    }
  };
  const isReady = async (): Promise<boolean> => {
    if (log !== undefined && !process.hasLogged(log)) return false;
    const asked = await Promise.race([askGroup(), process.exited, deadline]);
    return asked === true;
  };

  try {
    for (;;) {
      const ready = await isReady();
      if (process.exit !== undefined) {
        await process.exited;
        throw diedEarly(process);
      }
      const failure = options.failed?.();
      if (failure !== undefined) throw failure;
      if (ready) break;
      if (process.age() - began >= timeoutMs) {
        const wanted = consumerGroupsOf([config]);
        const others = (options.joined?.() ?? []).filter((name) => !wanted.includes(name));
        const instead = others.length === 0 ? '' : ` It joined ${others.join(', and ')} instead.`;
        const awaited = [
          ...(log === undefined
            ? []
            : [`a line that contains "${log}" (${process.hasLogged(log) ? 'seen' : 'not seen'})`]),
          `its consumer group ${wanted.join(', and ')} to be stable with it as a member (${group})`,
        ];
        throw new FaultlineError(
          'worker',
          `${config.role} was not ready after ${timeoutMs} ms. Waited for ${awaited.join(', and ')}.${instead} ${withOutput(process)}`,
          `${byHand(process)}; or allow more time with ready.timeoutMs.`,
        );
      }
      await Promise.race([delay(POLL_MS), process.exited]);
    }
  } finally {
    given.abort();
  }
  record({ kind: 'process.ready', source: 'process', worker: config.role, pid, tookMs: Math.round(process.age()) });
};
