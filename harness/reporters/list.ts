/** The default: one line a trial as it ends, and the whole failure text where it did not pass. */
import { formatFailure } from './failure.ts';
import { LOOKS, coloursFor, counted, formatDuration } from './style.ts';
import type { Reporter } from './types.ts';

export interface TextOptions {
  readonly write: (text: string) => void;
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

export const startLine = (run: Parameters<NonNullable<Reporter['onStart']>>[0]): string => {
  const note = run.workers.note === undefined ? '' : ` (${run.workers.note})`;
  return `${counted(run.trials, 'trial')}, workers ${run.workers.name}${note}, seed ${run.seed}\n`;
};

export const listReporter = ({ write, colour, width }: TextOptions): Reporter => {
  const colours = coloursFor(colour);
  return {
    onStart: (run) => write(startLine(run)),
    onEnvironment: ({ mode, kafka, postgres, startedInMs }) =>
      write(
        colours.dim(
          `${mode} environment: Kafka ${kafka}, PostgreSQL ${postgres}, up in ${formatDuration(startedInMs)}\n`,
        ),
      ),
    onRevised: ({ name, verdict }) =>
      write(
        colours[LOOKS[verdict.outcome].colour](
          `${LOOKS[verdict.outcome].mark} ${name} is now ${verdict.outcome}: ${verdict.unknown.at(-1) ?? ''}\n`,
        ),
      ),
    onResult: ({ result, label, replayCommand, events }) => {
      const { outcome } = result.verdict;
      if (outcome !== 'passed') {
        write(`\n${formatFailure(result, events(), { replayCommand, colour, width })}\n\n`);
        return;
      }
      const look = LOOKS[outcome];
      write(`${colours[look.colour](look.mark)} ${label}  ${colours.dim(formatDuration(result.timings.totalMs))}\n`);
    },
  };
};
