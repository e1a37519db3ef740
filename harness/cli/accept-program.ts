/** `faultline accept` and its options. */
import { Option } from '@commander-js/extra-typings';
import type { Command as Program } from '@commander-js/extra-typings';
import type { CommandContext } from './context.ts';
import { DEFAULT_OUT } from '../run/runs-folder.ts';

/** `a,b`, once or several times. */
const names = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
];

export const addAccept = (program: Program, context: CommandContext, finish: (code: number) => void): void => {
  program
    .command('accept')
    .description('answer for findings of the last run until a day: they do not make a run red any more')
    .argument('[findings...]', 'ids, as the end of a run shows them')
    .option('--all', 'everything in it that is new', false)
    .addOption(
      new Option('--remove', 'nobody answers for these any more: they make a run red again')
        .default(false)
        .conflicts(['all', 'owner', 'reason', 'until', 'from', 'workers']),
    )
    .option('--owner <who>', 'who answers for it')
    .option('--reason <why>', 'why it may stay for now: a ticket, or a sentence')
    .option('--until <day>', 'the last day on which it is known, e.g. 2026-12-31')
    .addOption(
      new Option('--scenarios <names>', "in which it is known, by commas, or '*'")
        .argParser(names)
        .default([], 'those that show it'),
    )
    .addOption(
      new Option('--workers <names>', "worker sets with which it is known, by commas, or '*'")
        .argParser(names)
        .default([], 'the one that ran'),
    )
    .option('--from <results>', 'another run: its --json file, a folder of runs, or one run folder', DEFAULT_OUT)
    .option('--known <file>', 'the file to write (default: faultline.known.json beside the configuration)')
    .action(async (findings, flags) => {
      const { scenarios, known } = flags;
      if (flags.remove) {
        const { removeKnown } = await import('./commands/accept-remove.ts');
        return finish(await removeKnown(context, { findings, scenarios, known }));
      }
      const { accept } = await import('./commands/accept.ts');
      const { all, from, workers, owner, reason, until } = flags;
      return finish(await accept(context, { findings, all, from, scenarios, workers, known, owner, reason, until }));
    });
};
