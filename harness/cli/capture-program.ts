/** `faultline capture` and its options. */
import type { Command as Program } from '@commander-js/extra-typings';
import { EXIT } from '../base/errors.ts';
import type { CommandContext } from './context.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { callsOption, workersOption } from './live-options.ts';
import { DEFAULT_RATE, parseRate, parseSince } from './values.ts';

/** What this command's first codes mean; the others mean what they do everywhere. */
const OWN: Readonly<Record<number, string>> = {
  [EXIT.ok]: 'a scenario was written, or nothing is wrong',
  [EXIT.failed]: 'something is wrong that no scenario brings about',
  [EXIT.unknown]: 'no cause was found, and something could not be asked',
};

export const addCapture = (program: Program, context: CommandContext, finish: (code: number) => void): void => {
  program
    .command('capture')
    .description(
      'make a scenario of what is wrong with one payment of a live system, which brings the same about anywhere; changes nothing there',
    )
    .option('--payment <id>', 'its id, which is the correlation id')
    .option('--student <id>', 'with --course: the one payment of that student and course')
    .option('--course <id>', 'see --student')
    .option('--from <dir>', 'a folder of `diagnose --save`, in the place of a live system')
    .option('--cause <code>', 'of several causes this one, by its code or name (default: the first that was found)')
    .option(
      '--out <file>',
      "the TypeScript file to write (default: captured-CAUSE-….ts in the project's folder of scenarios)",
    )
    .option('--force', 'replace a file that is there', false)
    .option('--brokers <list>', 'as for diagnose')
    .option('--database <url>', 'as for diagnose')
    .addOption(callsOption('as for diagnose'))
    .addOption(workersOption('as for diagnose'))
    .option('--since <duration>', 'as for diagnose')
    .option('--rate <MB/s>', 'as for diagnose', String(DEFAULT_RATE))
    .addHelpText('after', `\n${exitCodesHelp(OWN)}`)
    .action(async (flags) => {
      const { capture } = await import('./commands/capture.ts');
      const { payment, student, course, from, cause, out, force, brokers, database, calls, workers, since, rate } =
        flags;
      const gently = {
        sinceMs: since === undefined ? undefined : parseSince(since),
        bytesPerSecond: parseRate(rate),
      };
      finish(
        await capture(context, {
          payment,
          student,
          course,
          from,
          cause,
          out,
          force,
          brokers,
          database,
          calls,
          workers,
          ...gently,
        }),
      );
    });
};
