/** One character a trial; the failure texts at the end. */
import { failureTexts, startLine } from './list.ts';
import type { TextOptions } from './list.ts';
import { LOOKS, coloursFor } from './style.ts';
import type { Reporter } from './types.ts';

export const dotReporter = (options: TextOptions): Reporter => {
  const { write } = options;
  const colours = coloursFor(options.colour);
  const failureText = failureTexts(options);
  const failures: string[] = [];
  let left = 0;
  return {
    onStart: (run) => {
      left = run.trials;
      write(startLine(run));
    },
    onAgain: (shown) => {
      failures.push(failureText(shown));
      write(colours[LOOKS.unknown.colour](LOOKS.unknown.dot));
    },
    onResult: (shown) => {
      const { outcome } = shown.result.verdict;
      const look = LOOKS[outcome];
      if (outcome !== 'passed') failures.push(failureText(shown));
      left -= 1;
      // The line ends with the last trial: vitest's reporters say where they wrote before the run's end is told.
      write(colours[look.colour](look.dot) + (left === 0 ? '\n' : ''));
    },
    onEnd: () => write(`${left === 0 ? '' : '\n'}${failures.map((failure) => `\n${failure}\n`).join('')}`),
  };
};
