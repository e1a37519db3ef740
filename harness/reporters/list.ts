/** The default: one line a trial as it ends, and the whole failure text where it did not pass. */
import type { TrialResult } from '../trial/types.ts';
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

const secondAttempt = (result: TrialResult): string =>
  result.earlier === undefined ? '' : ', at the second attempt; the first was unknown';

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
    onAgain: ({ result, label, replayCommand, events }) =>
      write(
        `\n${formatFailure(result, events(), { replayCommand, colour, width })}\n\n` +
          colours.yellow(`${label} is unknown: once more, with the same seed\n`),
      ),
    onRevised: ({ name, verdict, earlier }) => {
      const look = LOOKS[verdict.outcome];
      const why = [...(earlier === undefined ? [] : ['run once more']), ...verdict.unknown.slice(-1)].join('; ');
      write(colours[look.colour](`${look.mark} ${name} is now ${verdict.outcome}: ${why}\n`));
    },
    onResult: ({ result, label, replayCommand, events }) => {
      const { outcome } = result.verdict;
      if (outcome !== 'passed') {
        write(`\n${formatFailure(result, events(), { replayCommand, colour, width })}\n\n`);
        return;
      }
      const look = LOOKS[outcome];
      write(
        `${colours[look.colour](look.mark)} ${label}  ${colours.dim(formatDuration(result.timings.totalMs) + secondAttempt(result))}\n`,
      );
    },
  };
};
