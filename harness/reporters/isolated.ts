/** Several reporters as one, so that one that throws harms nobody. */
import type { Reporter } from './types.ts';

/** `onError` is told once per reporter; that reporter hears nothing more. */
export const isolated = (
  reporters: readonly (readonly [name: string, reporter: Reporter])[],
  onError: (name: string, error: unknown) => void,
): Required<Reporter> => {
  const silent = new Set<string>();
  const each = (tell: (reporter: Reporter) => void): void => {
    for (const [name, reporter] of reporters) {
      if (silent.has(name)) continue;
      try {
        tell(reporter);
      } catch (error) {
        silent.add(name);
        onError(name, error);
      }
    }
  };
  return {
    onStart: (run) => each((reporter) => reporter.onStart?.(run)),
    onEnvironment: (environment) => each((reporter) => reporter.onEnvironment?.(environment)),
    onTrial: (label) => each((reporter) => reporter.onTrial?.(label)),
    onAgain: (shown) => each((reporter) => reporter.onAgain?.(shown)),
    onResult: (shown) => each((reporter) => reporter.onResult?.(shown)),
    onRevised: (result) => each((reporter) => reporter.onRevised?.(result)),
    onEnd: (run) => each((reporter) => reporter.onEnd?.(run)),
  };
};
