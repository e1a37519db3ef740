/** A few trials, one after the other, in a host of their own. */
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

export interface Playing {
  /** Before each, by its place. */
  readonly onStart?: (place: number) => void;
  /** Its result, while the host is still up. */
  readonly tell: (result: TrialResult, environment: RunEnvironment) => void | Promise<void>;
}

/** Plays them and closes the host. True when it was interrupted: then not all of them may have been played. */
export const playEach = async (
  options: HostOptions,
  requests: readonly TrialRequest[],
  { openHost, signals, exitNow, say }: PlayContext,
  { onStart, tell }: Playing,
): Promise<boolean> => {
  let interrupted = false;
  let [next] = requests;
  let kill = (): void => undefined;
  const stopListening = onStopSignals(
    signals,
    (signal) => {
      interrupted = true;
      say(`${signal}: finishing ${next?.scenario.name ?? 'what is played'}, then stopping; once more stops at once`);
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
      for (const [place, request] of requests.entries()) {
        if (interrupted) break;
        next = request;
        onStart?.(place);
        await tell(await host.run(request), host.environment);
      }
      return interrupted;
    } finally {
      await host.close();
    }
  } finally {
    stopListening();
  }
};
