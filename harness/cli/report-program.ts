/** `faultline report` and its options. */
import type { Command as Program } from 'commander';
import type { CommandContext } from './context.ts';

export const addReport = (program: Program, context: CommandContext, finish: (code: number) => void): void => {
  program
    .command('report')
    .description('make the HTML page of stored trials: run folders, a folder of runs, or shards; runs nothing')
    .argument('<folders...>', 'run folders (runs/latest), folders of runs (their last run), or folders of shards')
    .option('--out <file>', 'the file to write (default: report.html in the first folder)')
    .option(
      '--passing <folder>',
      'a trial that passed, or a folder of runs to look for one in; several times for several',
      (value: string, before: readonly string[]) => [...before, value],
      [] as readonly string[],
    )
    .option('--known <file>', 'known findings (default: faultline.known.json beside the configuration)')
    .action(
      async (
        folders: readonly string[],
        flags: { readonly out?: string; readonly passing: readonly string[]; readonly known?: string },
      ) => {
        const { report } = await import('./commands/report.ts');
        finish(await report(context, { folders, out: flags.out, passing: flags.passing, known: flags.known }));
      },
    );
};
