/** One trial in a host of its own. */
import type { HostOptions, TrialHost, TrialRequest } from '../trial/types.ts';
import type { RunEnvironment, TrialResult } from '../verdict/result.ts';
import { onStopSignals } from './signals.ts';
import type { SignalSource } from './signals.ts';

export interface PlayContext {
  readonly openHost: (options: HostOptions) => Promise<TrialHost>;
  readonly signals: SignalSource;
  /** Ends the process at once: for the second Ctrl-C. */
  readonly exitNow: () => void;
  readonly say: (line: string) => void;
}

/** Plays it, tells its result while the host is still up, and closes that. True when it was interrupted: then it may not have been played. */
export const playOnce = async (
  options: HostOptions,
  request: TrialRequest,
  { openHost, signals, exitNow, say }: PlayContext,
  tell: (result: TrialResult, environment: RunEnvironment) => Promise<void>,
): Promise<boolean> => {
  let interrupted = false;
  let kill = (): void => undefined;
  const stopListening = onStopSignals(
    signals,
    (signal) => {
      interrupted = true;
      say(`${signal}: finishing ${request.scenario.name}, then stopping; once more stops at once`);
    },
    () => {
      kill();
      exitNow();
    },
  );
  try {
    const host = await openHost(options);
    kill = () => host.kill();
    try {
      if (!interrupted) await tell(await host.run(request), host.environment);
      return interrupted;
    } finally {
      await host.close();
    }
  } finally {
    stopListening();
  }
};
