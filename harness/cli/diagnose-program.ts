/** `faultline diagnose` and its options. */
import { Option } from '@commander-js/extra-typings';
import type { Command as Program } from '@commander-js/extra-typings';
import { EXIT } from '../base/errors.ts';
import { CHECK_NAMES } from '../diagnosis/checks.ts';
import type { CommandContext } from './context.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { callsOption, workersOption } from './live-options.ts';
import { DEFAULT_RATE, DEFAULT_WATCH, parseRate, parseSince, parseWatch } from './values.ts';

/** What this command's first codes mean; the others mean what they do everywhere. */
const OWN: Readonly<Record<number, string>> = {
  [EXIT.ok]: 'nothing is wrong',
  [EXIT.failed]: 'a cause was found',
  [EXIT.unknown]: 'no cause was found, and something could not be asked',
};

export const addDiagnose = (program: Program, context: CommandContext, finish: (code: number) => void): void => {
  program
    .command('diagnose')
    .description(
      'ask a live system about one payment, or about all: what is wrong and what repairs it; changes nothing there',
    )
    .option('--payment <id>', 'its id, which is the correlation id')
    .option('--student <id>', 'with --course: the one payment of that student and course')
    .option('--course <id>', 'see --student')
    .option('--all', 'every payment: what is wrong, grouped by cause, with examples', false)
    .option('--brokers <list>', 'host:port, several with commas (default: KAFKA_BROKERS, or live.kafka.brokers)')
    .option(
      '--database <url>',
      'postgres://user:password@host:port/database; better given as a variable (default: DATABASE_URL, POSTGRES_URL, or live.postgres.url)',
    )
    .addOption(
      callsOption(
        "where the log of a service's requests is: NAME=FILE, NAME=docker:CONTAINER, NAME=kubectl:LABELS; again for another one",
      ),
    )
    .addOption(
      workersOption(
        'where a worker runs: ROLE=PATTERN of command lines on this machine, ROLE=docker:CONTAINER, ROLE=kubectl:LABELS; again for another one',
      ),
    )
    .option(
      '--since <duration>',
      'read no records that are older, like 24h or 7d: nothing is concluded from what is not in the others',
    )
    .option('--rate <MB/s>', 'how much of Kafka is read in a second', String(DEFAULT_RATE))
    .option('--only <checks>', `only these checks, with commas between them: ${CHECK_NAMES.join(', ')}`)
    .option('--skip <checks>', 'not these checks; what only they need is not read, and nothing is concluded from it')
    .addOption(new Option('--json', 'the same as one JSON document').default(false).conflicts('markdown'))
    .addOption(new Option('--markdown', "the same for an incident's ticket").default(false))
    .option(
      '--save <dir>',
      'keep what was read there, without credentials and personal data: `faultline judge <dir>` judges it again',
    )
    .addOption(
      new Option(
        '--watch [seconds]',
        'again and again, so long after the pass before; only what changed is shown, with --json every pass as a line; until Ctrl-C, with the exit code of the last pass',
      )
        .preset(DEFAULT_WATCH)
        .conflicts('markdown'),
    )
    .addHelpText('after', `\n${exitCodesHelp(OWN)}`)
    .action(async ({ json, markdown, ...flags }) => {
      const { diagnose } = await import('./commands/diagnose.ts');
      const form = json ? 'json' : markdown ? 'markdown' : 'text';
      const { payment, student, course, all, brokers, database, calls, workers, since, rate, only, skip, save, watch } =
        flags;
      const gently = {
        sinceMs: since === undefined ? undefined : parseSince(since),
        bytesPerSecond: parseRate(rate),
      };
      finish(
        await diagnose(context, {
          payment,
          student,
          course,
          all,
          brokers,
          database,
          calls,
          workers,
          ...gently,
          only,
          skip,
          form,
          save,
          watchMs: watch === undefined ? undefined : parseWatch(String(watch)),
        }),
      );
    });
};
