/** Ctrl-C, SIGTERM, and nobody who reads any more: the first asks to drain, the second kills. */
import type { EventEmitter } from 'node:events';

/** The reader of standard output has gone (`faultline run | head -1`): whatever came of it, nobody would see it. */
const UNREAD = 'standard output was closed';

export type StopSignal = 'SIGINT' | 'SIGTERM' | typeof UNREAD;

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

/** Listens until the returned function is called. `onSecond` is called for every signal after the first. */
export const onStopSignals = (
  source: SignalSource,
  onFirst: (signal: StopSignal) => void,
  onSecond: (signal: StopSignal) => void,
): (() => void) => {
  let first = true;
  const listener = (signal: StopSignal): void => {
    if (first) {
      first = false;
      onFirst(signal);
    } else onSecond(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', UNREAD] as const;
  for (const signal of signals) source.on(signal, listener);
  return () => {
    for (const signal of signals) source.off(signal, listener);
  };
};

/**
 * Errors of the outputs are nobody's stack trace. When standard output is closed whoever listens for signals is told,
 * once; where nobody does, `end` is called. Not the signal SIGPIPE: with a handler for it every broken socket raises it.
 */
export const watchOutputs = (
  signals: EventEmitter,
  { stdout, stderr }: { readonly stdout: EventEmitter; readonly stderr: EventEmitter },
  end: () => void,
): void => {
  stderr.on('error', () => undefined);
  stdout.once('error', () => {
    stdout.on('error', () => undefined);
    if (!signals.emit(UNREAD, UNREAD)) end();
  });
};
