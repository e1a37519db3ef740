/** Ctrl-C and SIGTERM: the first asks to drain, the second kills. */

export type StopSignal = 'SIGINT' | 'SIGTERM';

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
  source.on('SIGINT', listener);
  source.on('SIGTERM', listener);
  return () => {
    source.off('SIGINT', listener);
    source.off('SIGTERM', listener);
  };
};
