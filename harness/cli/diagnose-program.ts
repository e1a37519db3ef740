/** `faultline diagnose` and its options. */
import type { Command as Program } from '@commander-js/extra-typings';
import { EXIT } from '../base/errors.ts';
import type { CommandContext } from './context.ts';
import { EXIT_TEXTS } from './exit-codes.ts';

/** What this command's first codes mean; the others mean what they do everywhere. */
const OWN: Readonly<Record<number, string>> = {
  [EXIT.ok]: 'nothing is wrong',
  [EXIT.failed]: 'a cause was found',
  [EXIT.unknown]: 'no cause was found, and something could not be asked',
};

const codesHelp = (): string =>
  ['Exit codes:', ...EXIT_TEXTS.map(([code, text]) => `  ${String(code).padEnd(4)} ${OWN[code] ?? text}`)].join('\n');

export const addDiagnose = (program: Program, context: CommandContext, finish: (code: number) => void): void => {
  program
    .command('diagnose')
    .description(
      'ask a live system about one payment: what is wrong with it and what repairs it; changes nothing there',
    )
    .requiredOption('--payment <id>', 'its id, which is the correlation id')
    .option('--brokers <list>', 'host:port, several with commas (default: KAFKA_BROKERS, or live.kafka.brokers)')
    .option(
      '--database <url>',
      'postgres://user:password@host:port/database; better given as a variable (default: DATABASE_URL, POSTGRES_URL, or live.postgres.url)',
    )
    .option('--json', 'the same as one JSON document', false)
    .addHelpText('after', `\n${codesHelp()}`)
    .action(async ({ payment, brokers, database, json }) => {
      const { diagnose } = await import('./commands/diagnose.ts');
      finish(await diagnose(context, { payment, brokers, database, json }));
    });
};
