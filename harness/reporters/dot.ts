/** One character a trial; the failure texts at the end. */
import { formatFailure } from './failure.ts';
import { startLine } from './list.ts';
import type { TextOptions } from './list.ts';
import { LOOKS, coloursFor } from './style.ts';
import type { Reporter } from './types.ts';

export const dotReporter = ({ write, colour, width }: TextOptions): Reporter => {
  const colours = coloursFor(colour);
  const failures: string[] = [];
  return {
    onStart: (run) => write(startLine(run)),
    onAgain: ({ result, replayCommand, events }) => {
      failures.push(formatFailure(result, events(), { replayCommand, colour, width }));
      write(colours[LOOKS.unknown.colour](LOOKS.unknown.dot));
    },
    onResult: ({ result, replayCommand, events }) => {
      const { outcome } = result.verdict;
      const look = LOOKS[outcome];
      if (outcome !== 'passed') failures.push(formatFailure(result, events(), { replayCommand, colour, width }));
      write(colours[look.colour](look.dot));
    },
    onEnd: () => write(`\n${failures.map((failure) => `\n${failure}\n`).join('')}`),
  };
};
