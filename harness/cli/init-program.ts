/** `faultline init` and its options. */
import { Option } from '@commander-js/extra-typings';
import type { Command as Program } from '@commander-js/extra-typings';
import { SKELETON_CI, SKELETON_PIPELINES } from '../init/skeleton.ts';
import type { CommandContext } from './context.ts';

export const addInit = (program: Program, context: CommandContext, finish: (code: number) => void): void => {
  program
    .command('init')
    .description('write a commented skeleton that passes as it stands: configuration, a scenario, a CI file')
    .argument('[folder]', 'an empty one, a new one, or a project that is there', '.')
    .addOption(
      new Option('--pipeline <which>', 'the one that comes with Faultline, or a declaration to make your own of')
        .choices(SKELETON_PIPELINES)
        .default('shipped'),
    )
    .addOption(new Option('--ci <which>', 'for which CI the file is').choices(SKELETON_CI).default('github'))
    .addHelpText(
      'after',
      '\nNo file is overwritten: where one stands in the way, all of them are named and nothing is written.',
    )
    .action(async (folder, { pipeline, ci }) =>
      finish(await (await import('./commands/init.ts')).init(context, { folder, pipeline, ci })),
    );
};
