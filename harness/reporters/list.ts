/** The default: one line a trial as it ends, and the failure text where it did not pass. */
import { randomBytes } from 'node:crypto';
import { oneLine, ourCommand } from '../base/presentable.ts';
import type { TrialResult } from '../verdict/result.ts';
import { standingIn } from '../verdict/premises.ts';
import type { Premises } from '../verdict/premises.ts';
import { notesOf } from './breakage.ts';
import { formatFailure } from './failure.ts';
import { LOOKS, coloursFor, counted, formatDuration, hanging } from './style.ts';
import { createTold } from './told.ts';
import type { Reporter, Shown } from './types.ts';

export interface TextOptions {
  readonly write: (text: string) => void;
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly premises: Premises;
  /** Folder to which files of annotations are relative. */
  readonly root: string;
  /** Every failure at length, and the notes of trials that passed. */
  readonly verbose: boolean;
  /** GitHub Actions reads what is written: it is told not to look for commands within text of workers. */
  readonly inActions: boolean;
}

export const startLine = (run: Parameters<NonNullable<Reporter['onStart']>>[0]): string => {
  const note = run.workers.note === undefined ? '' : ` (${run.workers.note})`;
  return `${oneLine(`${counted(run.trials, 'trial')}, workers ${run.workers.name}${note}, seed ${run.seed}`)}\n`;
};

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: until a word that nobody can guess. */
const withoutCommands = (text: string): string => {
  const word = randomBytes(16).toString('hex');
  return `${ourCommand(`stop-commands::${word}`)}\n${text}\n${ourCommand(`${word}::`)}`;
};

/** Failure texts, one after the other: each defect at length where it is seen first. */
export const failureTexts = (options: TextOptions): ((shown: Shown) => string) => {
  const { colour, width, premises, verbose, inActions } = options;
  const told = createTold();
  return ({ result, label, replayCommand, events, endedRun }) => {
    if (endedRun === true) {
      const { mark, colour: name } = LOOKS.unknown;
      return `${coloursFor(colour)[name](`${mark} ${label}`)}  the run ended here with the error below\n  Folder    ${oneLine(result.runDir)}`;
    }
    const text = formatFailure(result, events(), {
      replayCommand,
      colour,
      width,
      premises,
      ...(verbose ? {} : { told: new Map(told.findings) }),
    });
    told.add(label, result.verdict);
    return inActions ? withoutCommands(text) : text;
  };
};

const laterAttempt = ({ earlier }: TrialResult): string => {
  if (earlier === undefined) return '';
  return earlier.length === 1
    ? ', at the second attempt; the first was unknown'
    : `, at attempt ${earlier.length + 1}; those before were unknown`;
};

export const listReporter = (options: TextOptions): Reporter => {
  const { write, colour, width, verbose, premises } = options;
  const colours = coloursFor(colour);
  const failureText = failureTexts(options);
  const notes = (result: TrialResult): string => {
    const all = notesOf(result.verdict);
    if (all.length === 0) return '';
    if (!verbose) return `, ${counted(all.length, 'note')} (--verbose)`;
    return all.map(({ id, message }) => `\n${hanging('    ', `${id}: ${message}`, width).join('\n')}`).join('');
  };
  return {
    onStart: (run) => write(startLine(run)),
    onEnvironment: ({ mode, kafka, postgres, startedInMs }) =>
      write(
        colours.dim(
          `${mode} environment: Kafka ${kafka}, PostgreSQL ${postgres}, up in ${formatDuration(startedInMs)}\n`,
        ),
      ),
    onAgain: (shown) =>
      write(
        `\n${failureText(shown)}\n\n${colours.yellow(`${shown.label} is unknown: once more, with the same seed\n`)}`,
      ),
    onRevised: ({ name, verdict, earlier }) => {
      const look = LOOKS[verdict.outcome];
      const why = [...(earlier === undefined ? [] : ['run once more']), ...verdict.unknown.slice(-1)].join('; ');
      write(`${colours[look.colour](oneLine(`${look.mark} ${name} is now ${verdict.outcome}: ${why}`))}\n`);
    },
    onResult: (shown) => {
      const { result, label } = shown;
      if (result.verdict.outcome !== 'passed') {
        const known = standingIn(premises, result) === 'known' ? colours.yellow('  nothing in it is new\n\n') : '';
        write(`\n${failureText(shown)}\n\n${known}`);
        return;
      }
      const look = LOOKS.passed;
      const about = formatDuration(result.timings.totalMs) + laterAttempt(result) + notes(result);
      write(`${colours[look.colour](look.mark)} ${label}  ${colours.dim(about)}\n`);
    },
  };
};
