/** `faultline report`, `diff` and `comment`, and their options. */
import type { Command as Program } from '@commander-js/extra-typings';
import type { CommandContext } from './context.ts';
import { collect } from './values.ts';

export const addReport = (program: Program, context: CommandContext, finish: (code: number) => void): void => {
  program
    .command('report')
    .description('make the HTML page of stored trials: run folders, a folder of runs, or shards; runs nothing')
    .argument('<folders...>', 'run folders (runs/latest), folders of runs (their last run), or folders of shards')
    .option('--out <file>', 'the file to write (default: report.html in the first folder)')
    .option(
      '--passing <folder>',
      'a trial that passed, or a folder of runs to look for one in; several times for several',
      collect<string>,
      [] as readonly string[],
    )
    .option('--known <file>', 'known findings (default: faultline.known.json beside the configuration)')
    .action(async (folders, flags) => {
      const { report } = await import('./commands/report.ts');
      finish(await report(context, { folders, out: flags.out, passing: flags.passing, known: flags.known }));
    });
  program
    .command('diff')
    .description('say in words what one stored trial has otherwise than another one of its scenario; runs nothing')
    .argument('<folder>', 'a run folder')
    .argument('<other>', 'a run folder, e.g. of a trial that passed')
    .action(async (folder, other) => {
      const { diff } = await import('./commands/diff.ts');
      finish(await diff(context, folder, other));
    });
  program
    .command('comment')
    .description('write what a run brings that is new as Markdown for a pull request; nothing when nothing is wrong')
    .argument('<results>', 'what `run --json` or `merge --json` wrote, or a folder of runs')
    .option('--against <results>', "the base's results; without them all that is not known is new")
    .action(async (results, flags) => {
      const { comment } = await import('./commands/comment.ts');
      finish(await comment(context, { results, against: flags.against }));
    });
};
